import Message

extension SampleMailbag {
    private typealias People = SamplePeople

    /// Customers' questions and what was answered.
    mutating func addSupport() {
        let desk = SampleAgent.support.address
        let cases: [(MailAddress, String, String, String, String?)] = [
            (
                People.amara, "Heron 2 shows -127 °C overnight",
                """
                Hello,

                since the weekend two of our Heron 2 probes report -127 °C between 02:00 and 04:00 and are \
                fine again in the morning. Firmware 2.8.1, gateway in the pump house. Is that a wiring \
                fault or the battery?

                Thank you
                Amara
                """,
                """
                Dear Amara,

                -127 is what the probe reports when it gets no answer from its sensor element. At night the \
                cold lowers the battery's voltage just enough for the element to drop out. Please look at \
                "supply" in the Wren app: below 3.1 V the cell should be replaced. Two new cells are on \
                their way to you.

                Kestrel Support
                """,
                "That was it: 2.9 V on both. All good since the new cells are in. Thanks for the quick help!"
            ),
            (
                People.lars, "Osprey gateway loses its connection in salt fog",
                """
                Hei,

                our Osprey stands on the quay and drops off the network whenever there is fog from the sea. \
                Antenna connector looks a bit green. Do you have a recommendation?

                Lars
                """,
                """
                Hi Lars,

                green means corrosion, and a corroded connector costs you most of the signal. Clean it with \
                contact spray, then use the self-fusing tape from the accessory bag. For a quay we \
                recommend the stainless antenna (part KA-22).

                Kestrel Support
                """,
                nil
            ),
            (
                People.chloe, "Étalonnage des sondes d'humidité",
                """
                Bonjour,

                nous avons douze sondes dans les serres. À quelle fréquence faut-il les étalonner, et \
                peut-on le faire sur place ?

                Bien à vous,
                Chloé Lefèvre
                """,
                """
                Bonjour Madame Lefèvre,

                une fois par an suffit. Sur place, deux points avec des sels saturés (33 % et 75 %) donnent \
                ±2 %. Nous joignons volontiers la notice ; notre service rendez-vous peut aussi envoyer un \
                technicien.

                Kestrel Support
                """,
                "Parfait, merci. Nous essayerons les sels d'abord."
            ),
            (
                People.misaki, "ファームウェア更新について",
                """
                お世話になっております。

                Heron 2 のファームウェアを 2.9 に更新したところ、土壌水分の値が以前より約 4% 低く表示されます。補正式が変わりましたでしょうか。

                よろしくお願いいたします。
                日高
                """,
                "日高様\n\nご連絡ありがとうございます。2.9 から火山灰土用の補正式が既定になりました。設定の「土壌の種類」を「鉱質土」に戻すと以前の値になります。\n\nKestrel Support",
                "戻りました。助かりました。ありがとうございました。"
            ),
            (
                People.dana, "חיישן מליחות במים",
                """
                שלום,

                החיישן Heron 2 EC מציג ערכים גבוהים מאוד (8.4 mS/cm) אחרי ניקוי. האם צריך לאפס אותו?

                תודה, דנה
                """,
                """
                Shalom Dana,

                after cleaning, the electrode needs about two hours in fresh water before its values \
                settle. If it still reads above 5 mS/cm tomorrow, hold the button for six seconds to \
                restore the factory calibration.

                Kestrel Support
                """,
                nil
            ),
            (
                People.layla, "سؤال عن بطارية البوابة",
                """
                مرحبا،

                كم تدوم بطارية بوابة Osprey عند انقطاع الكهرباء؟ لدينا انقطاعات تصل إلى ٦ ساعات في البستان.

                شكراً
                ليلى
                """,
                """
                Hello Layla,

                the internal battery carries an Osprey for about nine hours at the usual sending interval, \
                so six are safe. In summer, above 40 °C in the box, reckon with seven.

                Kestrel Support
                """,
                nil
            ),
            (
                People.priya, "Export only gives 10,000 rows",
                """
                Hi,

                the CSV export of the Wren app stops at 10,000 rows without a word. We need a whole season \
                (about 190,000 per probe). Is there an interface we can call instead?

                Priya
                """,
                """
                Hi Priya,

                yes: GET /v2/readings?probe=ID&from=…&cursor=… pages through everything, 5,000 rows at a \
                time. The missing notice in the export is a fault; it is reported to our deploys colleagues \
                and I'll write when it's fixed.

                Kestrel Support
                """,
                "Great, the paging works nicely. Please do let me know about the notice."
            ),
            (
                People.tomas, "Aviso de helada no llegó",
                """
                Buenos días:

                La noche del martes bajamos a -1,5 °C y el aviso de helada no llegó a nadie del equipo. ¿Se \
                puede ver si salió?

                Tomás
                """,
                """
                Buenos días, Tomás:

                El aviso salió a las 04:12, pero la lista de destinatarios estaba vacía desde el cambio del \
                viernes. La hemos restaurado y añadido una prueba semanal.

                Kestrel Support
                """,
                nil
            ),
            (
                People.wei, "网关时区不对",
                "你好，\n\n网关升级以后，数据的时间都晚了八个小时。应用里时区显示正确（UTC+8）。请问怎么处理？\n\n陈伟",
                "陈先生您好，\n\n升级后网关会先按 UTC 记录，直到下一次对时（最迟 24 小时）。您可以在“维护”里点“立即对时”。旧数据我们已在后台改正。\n\nKestrel Support",
                nil
            ),
            (
                People.olena, "Датчик вітру після грози",
                """
                Добрий день!

                Після грози датчик вітру показує 0 м/с, хоча чашки обертаються. Гарантія ще діє?

                Олена
                """,
                """
                Dear Olena,

                that sounds like the reed switch, which a lightning strike nearby can weld shut. The \
                warranty covers it: please send us the serial number on the mast and we'll ship a \
                replacement head today.

                Kestrel Support
                """,
                "Серійний номер KW-20418. Дякую!"
            ),
            (
                People.nisha, "वर्षा मापी की रीडिंग",
                """
                नमस्ते,

                कल की बारिश में वर्षा मापी ने केवल 2 मिमी दिखाया, जबकि पास के केंद्र ने 31 मिमी बताया। क्या \
                फ़नल बंद हो सकता है?

                निशा
                """,
                """
                Hello Nisha,

                very likely: leaves in the funnel. Lift it off, clear the mesh, and pour in 100 ml slowly: \
                the gauge should count 5.0 mm. If it does, the reading of the next rain will be right.

                Kestrel Support
                """,
                nil
            ),
        ]
        for (index, entry) in cases.enumerated() {
            let start = index < 5 ? random(40...1_300) : random(1_500...20_000)
            var turns = [SampleTurn(entry.0, desk, text: entry.2), SampleTurn(desk, entry.0, text: entry.3)]
            if let thanks = entry.4 { turns.append(SampleTurn(entry.0, desk, text: thanks).with { $0.gap = 25 }) }
            talk(entry.1, minutesAgo: start, turns)
        }
        addSupportDrafts()
    }

    /// Answers that the agent wants sent, and one that was held.
    private mutating func addSupportDrafts() {
        let desk = SampleAgent.support.address
        talk(
            "Replacement head for KW-20418", minutesAgo: 22,
            [
                SampleTurn(
                    desk, People.olena,
                    text:
                        """
                        Dear Olena,

                        the replacement head left our stock this morning. Parcel number 00340 4341 8812. \
                        Please keep the old one for two weeks in case we want to see it.

                        Kestrel Support
                        """
                ).with { $0.draft = .outbox }
            ])
        talk(
            "Login for the demo account", minutesAgo: 95,
            [
                SampleTurn(
                    desk, People.marcus,
                    text:
                        """
                        Dear Mr Feld,

                        you can try the Wren app with the account demo@kestrel.example and the password \
                        that I send in a second message.

                        Kestrel Support
                        """
                ).with {
                    $0.draft = .outbox
                    $0.keywords = ["$flagged"]
                }
            ])
        talk(
            "Discount for schools", minutesAgo: 2_900,
            [
                SampleTurn(
                    desk, People.priya,
                    text: "Hi Priya,\n\nschools get 40 % off everything, for ever.\n\nKestrel Support"
                ).with { $0.draft = .rejected }
            ])
    }
}
