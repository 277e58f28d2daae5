import Message

extension SampleMailbag {
    private typealias People = SamplePeople

    /// Newsletters, papers, data, questions of colleagues.
    mutating func addResearch() {
        let research = SampleAgent.research.address
        for (index, issue) in Self.newsletters.enumerated() {
            talk(
                "Field Sensing Weekly No. \(412 + index): \(issue.title)", minutesAgo: 500 + index * 10_080,
                [
                    SampleTurn(People.journal, research, text: issue.plain).with {
                        $0.html = Self.newsletter(412 + index, issue.title, issue.stories)
                    }
                ])
        }
        let papers: [(String, String)] = [
            (
                "Preprint: capacitive probes in saline soil",
                """
                We compared nine capacitive probes in soils between 0.5 and 12 mS/cm. Above 6 mS/cm all of \
                them read too wet, by 3 to 11 percentage points. A two-term correction with the probe's own \
                temperature brings the error below 2 points.

                Data and code are attached as a table.
                """
            ),
            (
                "Reading group: radiative frost over orchards",
                """
                For Thursday: the 1984 measurement campaign and the two answers to it. Please look at \
                figure 4: the inversion breaks up within eleven minutes of the wind machine's start, and \
                the surface still loses another 0.8 K.
                """
            ),
            (
                "Call for field notes: long-term drift of rain gauges",
                """
                Do you have gauges that stood untouched for five years? We collect before/after \
                calibrations, whatever the make. A line for each gauge is enough: site, dates, volume \
                poured, counts.
                """
            ),
        ]
        for (index, paper) in papers.enumerated() {
            let rows =
                [["probe", "mS/cm", "error"]]
                + (0..<9).map { ["P\($0 + 1)", "\(Double($0) * 1.4 + 0.5)", "\(Double($0) * 0.9)"] }
            talk(
                paper.0, minutesAgo: 900 + index * 4_400,
                [
                    SampleTurn(People.priya, research, text: paper.1).with {
                        if index == 0 {
                            $0.attachments = [
                                .attachment(name: "probes.csv", type: "text/csv", bytes: SampleFiles.table(rows))
                            ]
                        }
                    },
                    SampleTurn(
                        research, People.priya,
                        text:
                            """
                            Thank you, Priya. I have read it with interest and put a summary of six lines \
                            into our notes.

                            Kestrel Research
                            """
                    ).with { $0.gap = 300 },
                ])
        }
        talk(
            "차밭 잎 젖음 데이터", minutesAgo: 130,
            [
                SampleTurn(
                    People.seoyeon, research,
                    text: "안녕하세요,\n\n지난 3주간의 잎 젖음 데이터를 그림과 함께 보내드립니다. 새벽 4시 이후의 값이 이상하게 높습니다. 안개 때문일까요?\n\n김서연"
                ).with {
                    $0.attachments = [
                        .attachment(
                            name: "잎젖음 3주.png", type: "image/png",
                            bytes: SampleFiles.chart([4, 7, 12, 18, 24, 29, 30, 22, 13, 8, 5, 3]))
                    ]
                },
                SampleTurn(
                    research, People.seoyeon,
                    text:
                        """
                        Dear Seoyeon,

                        fog it is: the humidity probe beside it stands at 99 % for the same hours. We'd \
                        count anything above 85 % as wet.

                        Kestrel Research
                        """
                ).with { $0.draft = .outbox },
            ])
        talk(
            "Sources for the drift page", minutesAgo: 75,
            [
                SampleTurn(
                    People.ines, research,
                    text:
                        """
                        Could you collect three independent sources on the drift of humidity probes by this \
                        afternoon? I'd like to link them from the help page.

                        Ines
                        """
                ),
                SampleTurn(
                    research, People.ines,
                    text:
                        """
                        Here are three, all open access:

                        1. a five-year comparison of 14 polymer probes (drift 0.2 to 0.9 % a year)
                        2. the national weather service's calibration handbook, chapter 6
                        3. our own return data: 211 probes, median 0.35 % a year

                        The second contradicts our help page, which says one per cent. I'd change the page.

                        Kestrel Research
                        """
                ).with { $0.gap = 40 },
            ])
    }

    private static let newsletters: [(title: String, plain: String, stories: [(String, String, String)])] = [
        (
            "LoRa in the vineyard",
            """
            This week: LoRa in the vineyard, a cheaper pyranometer, and why batteries hate April.
            Read it at https://fieldsensing.example/412
            """,
            [
                ("LoRa in the vineyard", "Row after row of wire: how six growers got a signal through it.", "vineyard"),
                ("A cheaper pyranometer", "Eleven euros of parts, three per cent of error.", "pyranometer"),
                ("Why batteries hate April", "Cold nights, warm noons, and a chemistry that likes neither.", "april"),
            ]
        ),
        (
            "Salt, fog and connectors",
            """
            This week: salt, fog and connectors; open data from the delta; a letter about time zones.
            https://fieldsensing.example/413
            """,
            [
                ("Salt, fog and connectors", "What grows on your antenna, and how to keep it off.", "salt"),
                ("Open data from the delta", "Forty stations, twelve years, one licence.", "delta"),
                ("A letter about time zones", "Please, says the author, store UTC.", "utc"),
            ]
        ),
        (
            "Counting bees",
            "This week: counting bees with a microphone, and a field trip.\nhttps://fieldsensing.example/414",
            [
                ("Counting bees", "A microphone, a small model, a large error bar.", "bees"),
                ("A field trip", "Photographs of masts that leaned.", "trip"),
            ]
        ),
    ]

    private static func newsletter(_ number: Int, _ title: String, _ stories: [(String, String, String)]) -> String {
        let rows = stories.map { headline, teaser, slug in
            """
            <tr><td style="padding:12px"><h3><a href="https://fieldsensing.example/\(number)/\(slug)?utm_source=mail">\(headline)</a></h3>
            <p>\(teaser)</p></td></tr>
            """
        }.joined(separator: "\n")
        return """
            <!doctype html><html><head><title>Weekly</title><style>.x{color:#333}</style></head><body>
            <div style="display:none;max-height:0;overflow:hidden">\(title), and more inside.&zwnj;&nbsp;&zwnj;&nbsp;</div>
            <table role="presentation" width="100%"><tr><td align="center"><table role="presentation" width="600">
            <tr><td><img src="https://fieldsensing.example/logo.png" alt="Field Sensing Weekly" width="220" height="40"></td></tr>
            <tr><td><h1>\(title)</h1></td></tr>
            \(rows)
            <tr><td><ul><li>Jobs: two new ones</li><li>Events: Lisbon in May, Kraków in June</li></ul></td></tr>
            <tr><td><small>You get this since you asked for it. <a href="https://fieldsensing.example/unsubscribe">Unsubscribe</a></small></td></tr>
            </table></td></tr></table><img src="https://t.fieldsensing.example/o.gif?n=\(number)" width="1" height="1"></body></html>
            """
    }
}
