import Message

extension SampleMailbag {
    private typealias People = SamplePeople

    /// Appointments, with invitations.
    mutating func addScheduling() {
        let desk = SampleAgent.scheduling.address
        let wishes: [(MailAddress, String, String, String, String)] = [
            (
                People.chloe, "Calibration visit, greenhouse 3", "Serres du Midi, Nîmes",
                """
                Bonjour,

                serait-il possible d'avoir la visite avant le 10 ? Nous sommes là tous les matins.

                Chloé
                """,
                """
                Bonjour Madame,

                notre technicienne viendra le 8 à 9 h. L'invitation est jointe.

                Kestrel Scheduling
                """
            ),
            (
                People.lars, "Quay antenna: call with the engineer", "by telephone",
                """
                Hei,

                can we have twenty minutes with somebody who knows antennas? Tuesday or Thursday after \
                13:00.

                Lars
                """,
                "Hi Lars,\n\nThursday 13:30 with Mr Adeyemi. He'll ring you.\n\nKestrel Scheduling"
            ),
            (
                People.misaki, "オンライン研修のお願い", "オンライン",
                "お世話になっております。\n\n新しいスタッフ三名に、Wren アプリの研修をお願いできますでしょうか。平日の午後を希望します。\n\n日高",
                "日高様\n\n来週木曜日の14時から60分でご用意しました。招待状を添付いたします。\n\nKestrel Scheduling"
            ),
            (
                People.tomas, "Instalación en el viñedo alto", "Viñedo alto, Haro",
                """
                Buenos días:

                ¿Podrían instalar las seis sondas nuevas en una mañana? El camino está seco hasta el \
                viernes.

                Tomás
                """,
                """
                Buenos días, Tomás:

                El jueves a las 8:30, dos técnicos. Adjunto la invitación.

                Kestrel Scheduling
                """
            ),
            (
                People.amara, "Quarterly review", "video call",
                """
                Hello,

                our quarterly review is due. Would the second week of the month suit you? I'd bring two \
                colleagues.

                Amara
                """,
                """
                Hello Amara,

                Wednesday 11:00 is free for all of us. The invitation is attached; the agenda follows on \
                Monday.

                Kestrel Scheduling
                """
            ),
        ]
        for (index, wish) in wishes.enumerated() {
            let start = index < 2 ? random(70...1_200) : random(2_000...15_000)
            let (person, title, place, asked, answered) = wish
            let moment = (now / 86_400 + Int64(3 + index)) * 86_400 + Int64(8 + index) * 3_600
            let invitation = SampleFiles.invitation(
                title, at: moment, minutes: 60, uid: "visit-\(700 + index)@kestrel.example", place: place)
            talk(
                title, minutesAgo: start,
                [
                    SampleTurn(person, desk, text: asked),
                    SampleTurn(desk, person, text: answered).with { $0.attachments = [invitation] },
                    SampleTurn(person, desk, text: index % 2 == 0 ? "Perfect, accepted." : "👍 noted, thank you"),
                ])
        }
        addWeekPlan()
    }

    private mutating func addWeekPlan() {
        let desk = SampleAgent.scheduling.address
        let html = """
            <p>Good morning,</p><p>this is the week as it stands:</p>
            <table><tr><th>Day</th><th>Time</th><th>What</th><th>Who</th></tr>
            <tr><td>Mon</td><td>09:00</td><td>Calibration, greenhouse 3</td><td>R. Adeyemi</td></tr>
            <tr><td>Tue</td><td>13:30</td><td>Call: quay antenna</td><td>R. Adeyemi</td></tr>
            <tr><td>Wed</td><td>11:00</td><td>Quarterly review, Tidewater</td><td>Ines</td></tr>
            <tr><td>Thu</td><td>08:30</td><td>Installation, Haro</td><td>two technicians</td></tr></table>
            <p>Open: one visit in Lijiang (waiting for the customer).</p><p>Kestrel Scheduling</p>
            """
        talk(
            "The week's plan", minutesAgo: 610,
            [
                SampleTurn(
                    desk, People.ines, SampleAgent.support.address, SampleAgent.billing.address,
                    text:
                        """
                        Good morning,

                        Mon 09:00  Calibration, greenhouse 3 (Adeyemi)
                        Tue 13:30  Call: quay antenna (Adeyemi)
                        Wed 11:00  Quarterly review, Tidewater (Ines)
                        Thu 08:30  Installation, Haro (two technicians)

                        Open: one visit in Lijiang (waiting for the customer).

                        Kestrel Scheduling
                        """
                ).with { $0.html = html },
                SampleTurn(
                    SampleAgent.support.address, desk,
                    text: "Tidewater will ask about the -127 °C readings; I've written a short note for Ines."
                ).with { $0.gap = 15 },
                SampleTurn(
                    SampleAgent.billing.address, desk,
                    text: "Haro has one open invoice; please don't mention it there, the reminder goes out by mail."
                ).with { $0.gap = 22 },
            ])
        talk(
            "Moving the Lijiang visit", minutesAgo: 33,
            [
                SampleTurn(People.wei, desk, text: "您好，\n\n因为下雨，星期三的安装要推迟。下星期二可以吗？\n\n陈伟"),
                SampleTurn(desk, People.wei, text: "陈先生您好，\n\n下星期二上午九点已经为您预留。请回信确认。\n\nKestrel Scheduling").with {
                    $0.draft = .outbox
                },
            ])
    }
}
