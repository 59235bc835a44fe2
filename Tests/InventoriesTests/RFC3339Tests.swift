import Foundation
import Inventories
import Testing

@Suite("Times on the wire are RFC 3339")
struct RFC3339Tests {
    @Test(
        "a time is read with any fraction and any offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0.0), ("2026-03-01T12:00:00Z", 1_772_366_400),
            ("2026-03-01T12:00:00.5Z", 1_772_366_400.5), ("2026-03-01T12:00:00.678123456789Z", 1_772_366_400.678123456),
            ("2026-03-01T14:30:00+02:30", 1_772_366_400), ("2026-03-01t11:00:00-01:00", 1_772_366_400),
            ("2026-03-01 12:00:00z", 1_772_366_400), ("2026-03-01", 1_772_323_200), ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400), ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ])
    func reads(text: String, seconds: Double) {
        #expect(RFC3339.date(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-29", "1900-02-29", "2026-00-01", "2026-04-31", "2026-03-01T",
            "2026-03-01T12:00Z", "2026-03-01T12:00:00", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z",
            "2026-03-01T12:00:61Z", "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00+0200", "2026-03-01T12:00:00ZZ",
            "२०२६-03-01", "1772366400",
        ])
    func refuses(text: String) {
        #expect(RFC3339.date(text) == nil)
    }

    @Test("every day of six centuries is written as Foundation writes it")
    func agreesWithFoundation() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for day in stride(from: -110_000, to: 110_000, by: 7) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 3_723.25)
            #expect(RFC3339.string(date) == date.formatted(style))
            #expect(RFC3339.date(RFC3339.string(date)) == date)
        }
    }

    @Test("times beyond four-digit years are held at the ends")
    func clamps() {
        #expect(RFC3339.string(Date(timeIntervalSince1970: 1e15)) == "9999-12-31T23:59:59.999Z")
        #expect(RFC3339.string(Date(timeIntervalSince1970: -.infinity)) == "0000-01-01T00:00:00.000Z")
        #expect(RFC3339.string(Date(timeIntervalSince1970: .nan)) == "0000-01-01T00:00:00.000Z")
    }
}
