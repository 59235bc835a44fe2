import FoundationEssentials

/// PostgreSQL's binary formats (the types' `*_send` functions): big endian throughout.
extension [UInt8] {
    @inlinable
    mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    @inlinable
    mutating func append(_ uuid: UUID) {
        Swift.withUnsafeBytes(of: uuid.uuid) { append(contentsOf: $0) }
    }

    /// The 36 lower-case characters, without going through a String.
    mutating func appendText(of uuid: UUID) {
        Swift.withUnsafeBytes(of: uuid.uuid) { bytes in
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 { append(UInt8(ascii: "-")) }
                append(Self.hexDigit(byte >> 4))
                append(Self.hexDigit(byte & 15))
            }
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}

/// Dates count from 2000-01-01 UTC.
enum PostgresEpoch {
    /// Seconds from 2000-01-01 to Foundation's reference date, 2001-01-01 (2000 was a leap year).
    static let beforeReferenceDate = 31_622_400.0
    /// 294277-01-01, the first instant that PostgreSQL cannot store any more (its END_TIMESTAMP); the server
    /// itself refuses what is too early.
    private static let endSeconds = 9_223_371_331_200.0
    /// 5874898-01-01, the first day it cannot store any more.
    private static let endDay = 2_145_031_949.0

    /// Microseconds since 2000; infinity for the distant past and future, which infinity is read as, and
    /// where PostgreSQL's range ends.
    static func microseconds(of date: Date) -> Int64 {
        if let infinity = infinity(date, Int64.self) { return infinity }
        let seconds = date.timeIntervalSinceReferenceDate + beforeReferenceDate
        guard abs(seconds) < endSeconds else { return seconds > 0 ? .max : .min }
        return Int64((seconds * 1_000_000).rounded())
    }

    private static func infinity<Number: FixedWidthInteger>(_ date: Date, _: Number.Type) -> Number? {
        switch date {
        case .distantFuture: .max
        case .distantPast: .min
        default: nil
        }
    }

    static func date(microseconds: Int64) -> Date {
        switch microseconds {
        case .max: .distantFuture
        case .min: .distantPast
        default: Date(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000 - beforeReferenceDate)
        }
    }

    /// Days since 2000 of the UTC day `date` falls in.
    static func days(of date: Date) -> Int32 {
        if let infinity = infinity(date, Int32.self) { return infinity }
        let days = ((date.timeIntervalSinceReferenceDate + beforeReferenceDate) / 86_400).rounded(.down)
        guard abs(days) < endDay else { return days > 0 ? .max : .min }
        return Int32(days)
    }

    static func date(days: Int32) -> Date {
        switch days {
        case .max: .distantFuture
        case .min: .distantPast
        default: Date(timeIntervalSinceReferenceDate: Double(days) * 86_400 - beforeReferenceDate)
        }
    }
}
