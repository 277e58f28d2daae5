import Message

extension SampleMailbag {
    private typealias People = SamplePeople

    /// What machines report, and what the agents make of it.
    mutating func addDeploys() {
        let deploys = SampleAgent.deploys.address
        for index in 0..<18 {
            let build = 8_810 + index
            let isBroken = index % 6 == 4
            let log = """
                pipeline   \(["wren-app", "osprey-firmware", "readings-api"][index % 3])
                build      #\(build)
                commit     \(String(0x9E3779B9 &* UInt32(index + 7), radix: 16))
                result     \(isBroken ? "FAILED" : "passed")
                tests      \(1_820 + index) passed, \(isBroken ? 3 : 0) failed, 6 skipped
                duration   \(5 + index % 4) min \(index * 3 % 60) s
                \(isBroken ? """

                    first failure:
                        ReadingPagingTests.cursorSurvivesRestart
                        expected 5000 rows, got 4999
                    """ : "")
                """
            talk(
                "[ci] \(isBroken ? "FAILED" : "passed"): build #\(build)",
                minutesAgo: 20 + index * (index < 9 ? 130 : 900),
                [SampleTurn(People.builds, deploys, text: log).with { $0.keywords = isBroken ? ["$flagged"] : [] }])
        }
        talk(
            "[FIRING] readings-api error rate 4.1 %", minutesAgo: 410,
            [
                SampleTurn(
                    People.statusPage, deploys,
                    text:
                        """
                        [FIRING] readings-api error rate 4.1 % (limit 1 %)
                        since   03:52 UTC
                        region  eu-north
                        runbook https://runbooks.kestrel.example/errors
                        """
                ),
                SampleTurn(
                    deploys, People.ines,
                    text:
                        """
                        I see it. The new index is being built and locks the table. I have stopped the \
                        build; errors fall already.

                        Kestrel Deploys
                        """
                ).with {
                    $0.gap = 3
                    $0.quotes = false
                },
                SampleTurn(People.statusPage, deploys, text: "[RESOLVED] readings-api error rate 0.2 %\nlasted  11 min")
                    .with { $0.gap = 8 },
                SampleTurn(
                    deploys, People.ines, SampleAgent.support.address,
                    text:
                        """
                        What happened: an index was built without CONCURRENTLY, 03:52 to 04:03 UTC.
                        Who noticed: 214 requests failed, all were repeated by the gateways. No reading is \
                        lost.
                        What changes: the migration check now refuses such statements.

                        Kestrel Deploys
                        """
                ).with {
                    $0.gap = 40
                    $0.attachments = [
                        .attachment(
                            name: "errors.png", type: "image/png",
                            bytes: SampleFiles.chart([1, 1, 2, 14, 28, 31, 26, 9, 3, 1, 1, 1]))
                    ]
                },
                SampleTurn(
                    SampleAgent.support.address, deploys,
                    text: "Thanks. One customer asked; I answered with your three lines."
                ).with { $0.gap = 25 },
            ])
        talk(
            "Export stops at 10,000 rows without a notice", minutesAgo: 1_350,
            [
                SampleTurn(
                    SampleAgent.support.address, deploys,
                    text:
                        """
                        A customer (Monsoon) lost an afternoon to this: the CSV export cuts at 10,000 rows \
                        and says nothing. Could it say so, or not cut?
                        """
                ),
                SampleTurn(
                    deploys, SampleAgent.support.address,
                    text: "Both: a notice now, streaming next week. The notice is in build #8821."),
                SampleTurn(SampleAgent.support.address, deploys, text: "Very good. I'll tell her when it is out.").with
                { $0.gap = 12 },
            ])
        addLaunchThread()
    }

    /// Sixty messages in one thread between two agents.
    private mutating func addLaunchThread() {
        let deploys = SampleAgent.deploys.address
        let scheduling = SampleAgent.scheduling.address
        let steps = [
            "firmware 3.0 signed", "gateways: first ten updated", "data migration rehearsed", "help pages translated",
            "press photographs chosen",
            "price list approved", "shop pages hidden behind the switch", "old probes tested with the new app",
            "battery test, day 10", "packaging arrived",
            "labels checked by the lawyer", "support trained", "rollback rehearsed", "status page text ready",
            "launch mail proof-read",
            "partners told", "demo units shipped", "calibration slots opened", "frost alert tested",
            "time zones checked",
            "Japanese manual proof-read", "Arabic screens checked", "load test at 3x", "backup restored once",
            "on-call list filled",
            "last translation fixes", "switch tested in the dark", "final build tagged", "go/no-go answered",
            "launched",
        ]
        var turns: [SampleTurn] = []
        for (index, step) in steps.enumerated() {
            let done =
                "Step \(index + 1) of \(steps.count): \(step). \(["No surprises.", "Took longer than planned.", "One small fix on the way.", "All green."][index % 4])"
            let answer = [
                "Noted, the calendar is up to date.", "Thank you. I moved the next slot forward by half a day.",
                "Good. The people for the next step are free tomorrow.",
                "Ticked off.", "Fine; that leaves \(steps.count - index - 1).",
            ][index % 5]
            turns.append(
                SampleTurn(deploys, scheduling, text: done).with {
                    $0.gap = index == 0 ? 0 : 210; $0.quotes = index % 10 == 9
                })
            turns.append(
                SampleTurn(scheduling, deploys, text: answer).with {
                    $0.gap = 18; $0.quotes = index % 7 == 3
                })
        }
        talk("Heron 3 launch checklist", minutesAgo: 30 * 230 + 60, turns)
    }
}
