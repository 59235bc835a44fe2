import API
import FoundationEssentials
import Testing

@Suite("JSON as the server reads and writes it")
struct JSONTests {
    /// The same numbers on every run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 33
        }
    }

    private static func random(_ dice: inout Dice, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth < 4 ? 7 : 5), using: &dice) {
        case 0: return .null
        case 1: return .bool(.random(using: &dice))
        case 2: return .integer(Int(truncatingIfNeeded: dice.next() >> UInt64.random(in: 0..<64, using: &dice)))
        case 3:
            let number = Double(bitPattern: dice.next())
            return number.isFinite && number != number.rounded() ? .number(number) : .number(0.5)
        case 4: return .string(text(&dice))
        case 5:
            return .array((0..<Int.random(in: 0..<4, using: &dice)).map { _ in random(&dice, depth: depth + 1) })
        default:
            return .object(
                (0..<Int.random(in: 0..<4, using: &dice)).map {
                    JSONValue.Field("\($0)\(text(&dice))", random(&dice, depth: depth + 1))
                })
        }
    }

    private static func text(_ dice: inout Dice) -> String {
        let scalars = (0..<Int.random(in: 0..<8, using: &dice)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &dice) >> UInt32.random(in: 0..<14, using: &dice))
        }
        return String(String.UnicodeScalarView(scalars))
    }

    @Test("whatever is written reads back as itself", arguments: UInt64(1)...20)
    func roundTrip(_ seed: UInt64) throws {
        var dice = Dice(state: seed)
        for _ in 0..<500 {
            let value = Self.random(&dice)
            #expect(try JSONParser.parse(value.jsonBytes()) == value)
        }
    }

    @Test("documents with changed, missing and added bytes are read or refused, never fatal", arguments: UInt64(1)...20)
    func mutations(_ seed: UInt64) {
        var dice = Dice(state: seed)
        for _ in 0..<1000 {
            var bytes = Self.random(&dice).jsonBytes()
            for _ in 0..<Int.random(in: 1..<4, using: &dice) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &dice)
                case 1: bytes.removeSubrange(index...)
                case 2: bytes.insert(contentsOf: Array("[{\"\\u".utf8), at: index)
                default: bytes.remove(at: index)
                }
            }
            do {
                // 1.0 is written as 1, so what is read back need not be of the same case.
                let value = try JSONParser.parse(bytes)
                #expect((try? JSONParser.parse(value.jsonBytes())) != nil)
            } catch {
                switch error {
                case .malformed(let offset, _), .invalidUTF8(let offset), .tooDeep(let offset),
                    .duplicateField(_, let offset):
                    #expect(offset >= 0 && offset <= bytes.count)
                }
            }
        }
    }

    @Test(
        "numbers are the shortest text that reads back as the same",
        arguments: [
            (0.1, "0.1"), (1, "1"), (-2.5, "-2.5"), (99.99, "99.99"), (100, "100"), (1e21, "1e+21"),
            (0.000123, "0.000123"), (.infinity, "null"), (.nan, "null"), (7.05, "7.05"), (-0.01, "-0.01"),
            (33.333333333333336, "33.333333333333336"), (.leastNonzeroMagnitude, "5e-324"),
        ])
    func numbers(_ number: Double, _ text: String) {
        #expect(String(decoding: number.jsonBytes(), as: UTF8.self) == text)
    }

    @Test(
        "times are RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_709_208_000.1234, "2024-02-29T12:00:00.123Z"),
            (-1, "1969-12-31T23:59:59.000Z"), (253_402_300_799, "9999-12-31T23:59:59.000Z"),
            (-62_135_596_800, "0001-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
        ])
    func dates(_ seconds: Double, _ text: String) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(String(decoding: date.jsonBytes(), as: UTF8.self) == "\"\(text)\"")
    }

    @Test("strings are escaped where RFC 8259 demands it and nowhere else")
    func strings() {
        let text = "\"\\/\u{8}\u{C}\n\r\t\u{1F}\u{7F}é\u{2028}🙂"
        let written = "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\u{7F}é\u{2028}🙂\""
        #expect(String(decoding: text.jsonBytes(), as: UTF8.self) == written)
    }
}
