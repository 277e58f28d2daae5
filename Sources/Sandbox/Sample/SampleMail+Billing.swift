import Message

extension SampleMailbag {
    private typealias People = SamplePeople

    /// Invoices out, invoices in, reminders, payments.
    mutating func addBilling() {
        let billing = SampleAgent.billing.address
        let orders: [(MailAddress, String, String, Int)] = [
            (People.amara, "Tidewater Labs", "12 Heron 2 probes, 1 Osprey gateway", 4_188),
            (People.lars, "Nordfjord Fisk AS", "2 stainless antennas KA-22", 236),
            (People.misaki, "瑞穂農園", "6 Heron 2 Soil", 1_734),
            (People.chloe, "Serres du Midi", "Calibration visit, 12 probes", 780),
            (People.seoyeon, "한라산 차밭", "24 leaf wetness sensors", 2_952),
            (People.tomas, "Vinos del Ebro", "Frost alert subscription, 1 year", 540),
            (People.marcus, "Feld Wetterdienst GmbH", "3 anemometers KW-2", 1_107),
            (People.priya, "Monsoon Analytics", "Data interface, season plan", 1_990),
        ]
        for (index, order) in orders.enumerated() {
            let number = "KI-2026-\(1_180 + index * 7)"
            let (person, company, goods, euros) = order
            let start = index < 4 ? random(60...1_400) : random(1_600...22_000)
            let pdf = SampleFiles.page([
                "Kestrel Instruments", "", "Invoice \(number)", "", goods, "Total: EUR \(euros).00", "",
                "Payable within 30 days.",
            ])
            let sent = SampleTurn(
                billing, person,
                text:
                    """
                    Hello,

                    please find attached invoice \(number) for \(company):

                        \(goods)
                        EUR \(euros).00, payable within 30 days

                    Questions? Just answer this message.

                    Kestrel Billing
                    """
            ).with {
                $0.attachments = [.attachment(name: "Invoice \(number).pdf", type: "application/pdf", bytes: pdf)]
                $0.html = Self.invoiceHTML(number, company, goods, euros)
            }
            var turns = [sent]
            switch index % 4 {
            case 0:
                turns.append(
                    SampleTurn(
                        person, billing,
                        text:
                            """
                            Thank you, received. Our purchase order is PO-\(88_210 + index); could you add \
                            it and send the invoice again?
                            """
                    )
                    .with { $0.gap = 50 })
                turns.append(
                    SampleTurn(
                        billing, person,
                        text: "Of course. The corrected invoice carries your order number; the old one is void."
                    ).with {
                        $0.gap = 20
                        $0.draft = index == 0 ? .outbox : nil
                    })
            case 2:
                turns.append(
                    SampleTurn(person, billing, text: "Paid today. Please confirm when it has arrived.").with {
                        $0.gap = 240
                    })
            default: break
            }
            talk("Invoice \(number)", minutesAgo: start, turns)
        }
        addSuppliers()
    }

    private mutating func addSuppliers() {
        let billing = SampleAgent.billing.address
        let costs: [(MailAddress, String, String)] = [
            (
                People.ravi, "Overdue: invoice 55-1093 (freight)",
                """
                Dear Sir or Madam,

                our invoice 55-1093 over EUR 412.60 was due on the 3rd. Kindly arrange payment within the \
                week or let us know what is wrong.

                Ravi
                Brightpath Logistics
                """
            ),
            (
                People.bank, "Your statement is ready",
                """
                Account ending 4471

                Opening balance   EUR  48,210.17
                Credits           EUR  12,044.00
                Debits            EUR   9,318.55
                Closing balance   EUR  50,935.62

                This message was made by a machine; answers are not read.
                """
            ),
            (
                People.marcus, "Frage zur Rechnung KI-2026-1222",
                """
                Guten Tag,

                auf der Rechnung stehen drei Windmesser, geliefert wurden zwei. Der dritte sollte laut \
                Lieferschein nachkommen. Bitte um kurze Rückmeldung oder eine korrigierte Rechnung \
                (invoice).

                Mit freundlichen Grüßen
                M. Feld
                """
            ),
        ]
        for (index, cost) in costs.enumerated() {
            talk(
                cost.1, minutesAgo: 180 + index * 1_100,
                [SampleTurn(cost.0, billing, text: cost.2).with { $0.keywords = index == 0 ? ["$flagged"] : [] }])
        }
        talk(
            "New bank details for our invoices", minutesAgo: 260,
            [
                SampleTurn(
                    MailAddress(name: "Ravi (Accounts)", email: "ravi.accounts@brightpath-logistlcs.example"), billing,
                    text:
                        """
                        Dear team,

                        please note that all open invoices are to be paid to our new account from today on. \
                        Do not call the old number, it is out of use. Reply to this address only.

                        Ravi
                        """
                ).with { $0.keywords = ["$flagged"] }
            ])
        talk(
            "Refund for order 30117", minutesAgo: 48,
            [
                SampleTurn(
                    billing, People.tomas, People.ines,
                    text:
                        """
                        Buenos días, Tomás:

                        we are going to refund EUR 1,240.00 to the account ES91 2100 0418 4502 0005 1332. \
                        Please confirm that this is right.

                        Kestrel Billing
                        """
                ).with { $0.draft = .outbox }
            ])
        let rows =
            [["invoice", "customer", "euros", "days"]]
            + (0..<14).map { ["KI-2026-\(1_100 + $0)", "C-\(400 + $0 * 3)", "\(180 + $0 * 97)", "\(31 + $0 * 4)"] }
        talk(
            "Open invoices, week 47", minutesAgo: 700,
            [
                SampleTurn(
                    billing, People.ines, SampleAgent.scheduling.address,
                    text:
                        """
                        Hello Ines,

                        14 invoices are open for more than 30 days, EUR 11,347.00 in all. The list is \
                        attached. I have drafted reminders for the five oldest.

                        Kestrel Billing
                        """
                ).with {
                    $0.attachments = [
                        .attachment(name: "open invoices.csv", type: "text/csv", bytes: SampleFiles.table(rows))
                    ]
                },
                SampleTurn(
                    People.ines, billing,
                    text: "Thanks. Please wait with Tidewater: they asked for a corrected one this morning.\n\nInes"
                ).with { $0.gap = 30 },
                SampleTurn(billing, People.ines, text: "Understood; Tidewater is taken out. Four reminders remain.")
                    .with { $0.gap = 4 },
            ])
    }

    private static func invoiceHTML(_ number: String, _ company: String, _ goods: String, _ euros: Int) -> String {
        """
        <html><body style="font-family:sans-serif"><h2>Invoice \(number)</h2><p>For <b>\(company)</b></p>
        <table border="1" cellpadding="4"><tr><th>Item</th><th>Amount</th></tr><tr><td>\(goods)</td><td>EUR \(euros).00</td></tr>
        <tr><td>VAT (reverse charge)</td><td>EUR 0.00</td></tr><tr><td><b>Total</b></td><td><b>EUR \(euros).00</b></td></tr></table>
        <p>Payable within 30 days. <a href="https://kestrel.example/pay/\(number)">Pay online</a></p></body></html>
        """
    }
}
