import Message

/// Small real files to attach.
enum SampleFiles {
    /// A picture of bars in grey and green as PNG, uncompressed.
    static func chart(_ values: [Int]) -> [UInt8] {
        let (width, height) = (values.count * 8, 32)
        var rows: [UInt8] = []
        for row in 0..<height {
            rows.append(0)
            for column in 0..<width {
                let isBar = column % 8 < 6 && values[column / 8] >= height - row
                rows += isBar ? [46, 139, 87] : [238, 238, 238]
            }
        }
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += chunk("IHDR", big(UInt32(width)) + big(UInt32(height)) + [8, 2, 0, 0, 0])
        file += chunk("IDAT", zlibStored(rows))
        return file + chunk("IEND", [])
    }

    /// One page of lines as PDF.
    static func page(_ lines: [String]) -> [UInt8] {
        var content = "BT /F1 12 Tf 60 780 Td 16 TL\n"
        for line in lines {
            let escaped = line.map { "()\\".contains($0) ? "\\\($0)" : String($0) }.joined()
            content += "(\(escaped)) Tj T*\n"
        }
        content += "ET"
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        var file = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(file.utf8.count)
            file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = file.utf8.count
        file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets {
            let digits = String(offset)
            file += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        file += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(file.utf8)
    }

    /// A table as comma-separated values.
    static func table(_ rows: [[String]]) -> [UInt8] {
        Array(rows.map { $0.joined(separator: ",") + "\r\n" }.joined().utf8)
    }

    /// An invitation as iCalendar.
    static func invitation(_ title: String, at seconds: Int64, minutes: Int64, uid: String, place: String) -> BuildPart
    {
        func stamp(_ moment: Int64) -> String {
            MailDate(seconds: moment).utc.filter { $0 != "-" && $0 != ":" }
        }
        let lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kestrel//Scheduling//EN", "METHOD:REQUEST", "BEGIN:VEVENT",
            "UID:\(uid)",
            "DTSTAMP:\(stamp(seconds - 86_400))", "DTSTART:\(stamp(seconds))", "DTEND:\(stamp(seconds + minutes * 60))",
            "SUMMARY:\(title)", "LOCATION:\(place)", "END:VEVENT", "END:VCALENDAR", "",
        ]
        var part = BuildPart.attachment(
            name: "invite.ics", type: "text/calendar", bytes: Array(lines.joined(separator: "\r\n").utf8))
        part.type = ParameterizedValue(
            value: "text/calendar", parameters: [("method", "REQUEST"), ("charset", "utf-8")])
        return part
    }

    // MARK: PNG

    private static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + data
        return big(UInt32(data.count)) + body + big(checksum(body))
    }

    private static func big(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    /// CRC-32 as PNG has it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    /// The bytes as a zlib stream of stored blocks (RFC 1950, 1951).
    private static func zlibStored(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        var rest = bytes[...]
        repeat {
            let piece = rest.prefix(65_535)
            rest = rest.dropFirst(piece.count)
            let length = UInt16(piece.count)
            result += [
                rest.isEmpty ? 1 : 0, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255),
                UInt8(~length >> 8),
            ]
            result += piece
        } while !rest.isEmpty
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return result + big(high << 16 | low)
    }
}
