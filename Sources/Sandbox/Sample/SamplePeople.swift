package import Message

/// An agent of the sample workspace; its name is the local part of its address.
package enum SampleAgent: String, Sendable, CaseIterable {
    case support, billing, research, scheduling, deploys

    /// The name that stands in its mail.
    package var name: String {
        switch self {
        case .support: "Kestrel Support"
        case .billing: "Kestrel Billing"
        case .research: "Kestrel Research"
        case .scheduling: "Kestrel Scheduling"
        case .deploys: "Kestrel Deploys"
        }
    }

    /// What it does, in a line.
    package var job: String {
        switch self {
        case .support: "Answers customers' questions about sensors and gateways"
        case .billing: "Sends invoices, checks payments, reads what suppliers bill"
        case .research: "Reads papers and newsletters, answers colleagues' questions"
        case .scheduling: "Arranges visits, calls and calibration appointments"
        case .deploys: "Watches builds and releases, reports incidents"
        }
    }

    /// Its mailbox.
    package var address: MailAddress { MailAddress(name: name, email: "\(rawValue)@\(SamplePeople.domain)") }
}

/// Who writes in the sample workspace: a maker of field sensors, its agents, its people, its customers.
enum SamplePeople {
    static let domain = "kestrel.example"

    static let amara = MailAddress(name: "Amara Nwosu", email: "amara.nwosu@tidewater-labs.example")
    static let misaki = MailAddress(name: "日高 美咲", email: "hidaka@mizuho-farm.example")
    static let lars = MailAddress(name: "Lars Bækkegård", email: "lars@nordfjord-fisk.example")
    static let layla = MailAddress(name: "ليلى حداد", email: "layla@cedar-orchards.example")
    static let dana = MailAddress(name: "דנה לוי", email: "dana@negev-growers.example")
    static let seoyeon = MailAddress(name: "김서연", email: "seoyeon.kim@hallasan-tea.example")
    static let priya = MailAddress(name: "Priya Raghunathan", email: "priya@monsoon-analytics.example")
    static let tomas = MailAddress(name: "Tomás Ibáñez", email: "tibanez@vinos-del-ebro.example")
    static let chloe = MailAddress(name: "Chloé Lefèvre", email: "c.lefevre@serres-du-midi.example")
    static let marcus = MailAddress(name: "Marcus Feld", email: "m.feld@feld-wetterdienst.example")
    static let wei = MailAddress(name: "陈伟", email: "chen.wei@lijiang-hydro.example")
    static let olena = MailAddress(name: "Олена Коваль", email: "olena@zernoprom.example")
    static let nisha = MailAddress(name: "निशा वर्मा", email: "nisha@malwa-seeds.example")
    static let ravi = MailAddress(name: "Ravi (Accounts)", email: "accounts@brightpath-logistics.example")

    /// People of the company itself.
    static let ines = MailAddress(name: "Ines Okafor", email: "operator@\(domain)")
    static let jonas = MailAddress(name: "Jonas Weber", email: "jonas@\(domain)")

    /// The guard, which is no person.
    static let guardian = MailAddress(name: "Guard", email: "guard@\(domain)")

    /// Machines that write.
    static let builds = MailAddress(name: "Build Farm", email: "noreply@ci.kestrel-builds.example")
    static let statusPage = MailAddress(name: "Status", email: "alerts@pinghut.example")
    static let bank = MailAddress(name: "Harbour Bank", email: "statements@harbour-bank.example")
    static let journal = MailAddress(name: "Field Sensing Weekly", email: "weekly@fieldsensing.example")
}
