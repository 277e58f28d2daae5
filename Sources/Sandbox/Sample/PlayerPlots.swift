import Message

/// The conversations that the player plays. `#` stands for a number of its own in each.
enum PlayerPlots {
    private typealias People = SamplePeople

    /// One conversation.
    struct Plot: Sendable {
        let subject: String
        let turns: [SampleTurn]
    }

    static var all: [Plot] { customers + colleagues + drafts }

    private static var customers: [Plot] {
        let support = SampleAgent.support.address
        let billing = SampleAgent.billing.address
        let scheduling = SampleAgent.scheduling.address
        return [
            Plot(
                subject: "Ticket #: readings arrive twice",
                turns: [
                    SampleTurn(
                        People.priya, support,
                        text:
                            """
                            Hi,

                            since an hour every reading of probe 7 arrives twice. Ticket # if you need one.

                            Priya
                            """
                    ),
                    SampleTurn(
                        support, People.priya,
                        text:
                            """
                            Hi Priya,

                            two gateways hear the same probe. Switch off "open listening" on the one that \
                            is farther away.

                            Kestrel Support
                            """
                    ),
                    SampleTurn(People.priya, support, text: "Done, and quiet now. Thanks!"),
                ]),
            Plot(
                subject: "Invoice question #",
                turns: [
                    SampleTurn(
                        People.marcus, billing,
                        text:
                            """
                            Guten Tag,

                            could you send invoice # with our new address? It is Am Markt 4 now.

                            M. Feld
                            """
                    ),
                    SampleTurn(
                        billing, People.marcus,
                        text:
                            """
                            Dear Mr Feld,

                            here it is with the new address. The amount is unchanged.

                            Kestrel Billing
                            """
                    ).with { $0.draft = .outbox },
                ]),
            Plot(
                subject: "校准预约 #",
                turns: [
                    SampleTurn(People.wei, scheduling, text: "你好，\n\n下周三可以安排校准吗？一共八个探头。\n\n陈伟"),
                    SampleTurn(
                        scheduling, People.wei, text: "陈先生您好，\n\n周三上午十点可以，技术员会带参考探头。预约号 #。\n\nKestrel Scheduling"),
                ]),
            Plot(
                subject: "Gateway stays orange",
                turns: [
                    SampleTurn(
                        People.amara, support,
                        text:
                            """
                            Hello,

                            the new gateway has been orange for twenty minutes. Is that still the first \
                            update?

                            Amara
                            """
                    ),
                    SampleTurn(
                        support, People.amara,
                        text:
                            """
                            Hello Amara,

                            yes, with a slow line it may take half an hour. If it's still orange at the \
                            full hour, unplug it once.

                            Kestrel Support
                            """
                    ),
                    SampleTurn(People.amara, support, text: "Green 💚 — thank you"),
                ]),
            Plot(
                subject: "تأكيد موعد الزيارة #",
                turns: [
                    SampleTurn(People.layla, scheduling, text: "مرحبا،\n\nهل الموعد يوم الأحد الساعة ٩ مؤكد؟\n\nليلى"),
                    SampleTurn(
                        scheduling, People.layla,
                        text:
                            """
                            Hello Layla,

                            yes: Sunday at 09:00, visit #. The technician calls half an hour before.

                            Kestrel Scheduling
                            """
                    ),
                ]),
        ]
    }

    private static var colleagues: [Plot] {
        let support = SampleAgent.support.address
        let research = SampleAgent.research.address
        let scheduling = SampleAgent.scheduling.address
        let deploys = SampleAgent.deploys.address
        let billing = SampleAgent.billing.address
        return [
            Plot(
                subject: "Build # is green",
                turns: [
                    SampleTurn(
                        People.builds, deploys,
                        text:
                            """
                            pipeline   wren-app
                            build      #
                            result     passed
                            tests      1,842 passed, 0 failed, 6 skipped
                            duration   6 min 12 s
                            """
                    ),
                    SampleTurn(
                        deploys, support,
                        text:
                            """
                            Build # is out to 10 % of the gateways. Please tell me if anybody writes about \
                            duplicated readings.

                            Kestrel Deploys
                            """
                    ),
                    SampleTurn(support, deploys, text: "Nothing so far; I watch for it."),
                ]),
            Plot(
                subject: "Alert #: api-2 slow",
                turns: [
                    SampleTurn(
                        People.statusPage, deploys,
                        text:
                            """
                            [FIRING] api-2 p95 latency 2.4 s (limit 1.0 s)
                            since: 4 min
                            runbook: https://runbooks.kestrel.example/latency
                            """
                    ),
                    SampleTurn(People.statusPage, deploys, text: "[RESOLVED] api-2 p95 latency 0.31 s\nlasted: 9 min"),
                    SampleTurn(
                        deploys, People.ines, support,
                        text: "Alert # is over: a batch export had no limit. It has one now.\n\nKestrel Deploys"),
                ]),
            Plot(
                subject: "Which papers for the frost page? (#)",
                turns: [
                    SampleTurn(
                        support, research,
                        text: "Three customers ask how early we can warn of frost. Is there something solid to cite?"),
                    SampleTurn(
                        research, support,
                        text:
                            """
                            Yes, two: radiative cooling over orchards gives 4–6 hours, wind machines change \
                            the last hour. I'll write half a page (note #).
                            """
                    ),
                    SampleTurn(support, research, text: "Half a page is perfect."),
                    SampleTurn(
                        research, support, scheduling,
                        text:
                            """
                            Note # is finished. Scheduling: could you put fifteen minutes with Ines into \
                            the calendar for it?
                            """
                    ),
                    SampleTurn(scheduling, research, text: "Tomorrow 10:15, she accepted."),
                ]),
            Plot(
                subject: "Technician's hours, visit #",
                turns: [
                    SampleTurn(scheduling, billing, text: "Visit # took 3.5 hours instead of 2. Travel as planned."),
                    SampleTurn(
                        billing, scheduling,
                        text:
                            """
                            Noted; the customer agreed to the second hour beforehand, I'll ask about the \
                            rest before it goes on the invoice.
                            """
                    ),
                ]),
        ]
    }

    private static var drafts: [Plot] {
        let billing = SampleAgent.billing.address
        let support = SampleAgent.support.address
        let research = SampleAgent.research.address
        return [
            Plot(
                subject: "Reminder: invoice KI-2026-# is due",
                turns: [
                    SampleTurn(
                        billing, People.tomas,
                        text:
                            """
                            Buenos días, Tomás:

                            our invoice KI-2026-# was due last week. If the payment is on its way, please \
                            disregard this.

                            Kestrel Billing
                            """
                    ).with { $0.draft = .outbox }
                ]),
            Plot(
                subject: "Access for your integrator",
                turns: [
                    SampleTurn(
                        support, People.priya,
                        text:
                            """
                            Hi Priya,

                            here is the access key for your integrator: wren_live_0000-SAMPLE-0000. Please \
                            pass it on by telephone.

                            Kestrel Support
                            """
                    ).with {
                        $0.draft = .outbox
                        $0.keywords = ["$flagged"]
                    }
                ]),
            Plot(
                subject: "Data set # for the frost study",
                turns: [
                    SampleTurn(
                        research, People.seoyeon,
                        text:
                            """
                            Dear Seoyeon,

                            the anonymised data set # is ready. May we name your tea garden in the \
                            acknowledgements?

                            Kestrel Research
                            """
                    ).with { $0.draft = .outbox }
                ]),
        ]
    }
}
