import FoundationEssentials

@inline(__always)
private func hexDigit(_ value: UInt8) -> UInt8 {
    let nibble = value & 15
    return nibble < 10 ? nibble + 48 : nibble + 87
}

extension JSONWriter {
    /// A quoted string; escapes what RFC 8259 section 7 demands and nothing else.
    mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: $0) }
    }

    /// A quoted string of bytes that are known to be UTF-8.
    mutating func string(utf8: UnsafeBufferPointer<UInt8>) {
        let isPlain = !utf8.contains(where: Self.needsEscape)
        guard isPlain, let start = utf8.baseAddress else { return escaped(utf8) }
        fill(utf8.count + 2) { target in
            target[0] = UInt8(ascii: "\"")
            (target + 1).update(from: start, count: utf8.count)
            target[utf8.count + 1] = UInt8(ascii: "\"")
            return utf8.count + 2
        }
    }

    private mutating func escaped(_ utf8: UnsafeBufferPointer<UInt8>) {
        byte(UInt8(ascii: "\""))
        var start = 0
        for index in utf8.indices where Self.needsEscape(utf8[index]) {
            raw(UnsafeBufferPointer(rebasing: utf8[start..<index]))
            escape(utf8[index])
            start = index + 1
        }
        raw(UnsafeBufferPointer(rebasing: utf8[start...]))
        byte(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    private mutating func escape(_ character: UInt8) {
        byte(UInt8(ascii: "\\"))
        switch character {
        case 0x22, 0x5C: byte(character)
        case 0x08: byte(UInt8(ascii: "b"))
        case 0x09: byte(UInt8(ascii: "t"))
        case 0x0A: byte(UInt8(ascii: "n"))
        case 0x0C: byte(UInt8(ascii: "f"))
        case 0x0D: byte(UInt8(ascii: "r"))
        default:
            raw("u00")
            byte(hexDigit(character >> 4))
            byte(hexDigit(character))
        }
    }

    mutating func integer(_ value: Int) {
        if value < 0 { byte(UInt8(ascii: "-")) }
        digits(value.magnitude)
    }

    private mutating func digits(_ value: UInt) {
        // 20 digits hold any 64-bit number; they come out last first.
        fill(20) { target in
            var rest = value
            var start = 20
            repeat {
                start -= 1
                target[start] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            } while rest > 0
            target.update(from: target + start, count: 20 - start)
            return 20 - start
        }
    }

    /// The shortest decimal that reads back as the same double; JSON has no infinities, so those and
    /// NaN are null.
    mutating func number(_ value: Double) {
        guard value.isFinite else { return raw("null") }
        guard let hundredths = Self.hundredths(value) else {
            var text = value.description
            return text.withUTF8 { raw($0) }
        }
        if value.sign == .minus, value != 0 { byte(UInt8(ascii: "-")) }
        let magnitude = hundredths.magnitude
        digits(magnitude / 100)
        let fraction = Int(magnitude % 100)
        guard fraction > 0 else { return }
        byte(UInt8(ascii: "."))
        byte(UInt8(truncatingIfNeeded: 48 + fraction / 10))
        if fraction % 10 > 0 { byte(UInt8(truncatingIfNeeded: 48 + fraction % 10)) }
    }

    /// Scores and counts have two decimals at most. Such a decimal of fewer than 16 digits is the
    /// only one that short for its double, so writing it needs no search for the shortest.
    private static func hundredths(_ value: Double) -> Int? {
        guard value.magnitude < 1e12 else { return nil }
        let scaled = (value * 100).rounded()
        return scaled / 100 == value ? Int(scaled) : nil
    }

    mutating func uuid(_ value: UUID) {
        withUnsafeBytes(of: value.uuid) { source in
            fill(38) { target in
                target[0] = UInt8(ascii: "\"")
                var position = 1
                for index in 0..<16 {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        target[position] = UInt8(ascii: "-")
                        position += 1
                    }
                    target[position] = hexDigit(source[index] >> 4)
                    target[position + 1] = hexDigit(source[index])
                    position += 2
                }
                target[37] = UInt8(ascii: "\"")
                return 38
            }
        }
    }

    /// RFC 3339, UTC, milliseconds: `2024-02-29T12:00:00.000Z`. Times outside the years 1 to 9999
    /// have no such form and are null.
    mutating func date(_ value: Date) {
        let seconds = value.timeIntervalSince1970
        guard seconds >= -62_135_596_800, seconds < 253_402_300_799.9995 else { return raw("null") }
        let milliseconds = Int((seconds * 1000).rounded())
        let (day, time) = milliseconds.flooredQuotientAndRemainder(by: 86_400_000)
        let civil = CivilDate(daysSince1970: day)
        raw("\"0000-00-00T00:00:00.000Z\"")
        patch(-25, civil.year, 4)
        patch(-20, civil.month, 2)
        patch(-17, civil.day, 2)
        patch(-14, time / 3_600_000, 2)
        patch(-11, time / 60_000 % 60, 2)
        patch(-8, time / 1000 % 60, 2)
        patch(-5, time % 1000, 3)
    }

    /// Puts a number's digits over zeros that were written, `position` counted back from the end.
    private mutating func patch(_ position: Int, _ value: Int, _ count: Int) {
        amend(position) { target in
            var rest = value
            for index in (0..<count).reversed() {
                target[index] = UInt8(truncatingIfNeeded: 48 + rest % 10)
                rest /= 10
            }
        }
    }
}
