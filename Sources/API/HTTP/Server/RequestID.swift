import Synchronization

/// Names of requests: the client's own when it is harmless, else one never used before.
enum RequestID {
    private static let process = UInt32.random(in: .min ... .max)
    private static let counter = Atomic<UInt32>(0)
    private static let maximumLength = 128

    /// - Parameter given: the client's `X-Request-Id`. Only letters, digits, `.`, `_` and `-` get into
    ///   the log and the response.
    static func make(given: String?) -> String {
        if let given, !given.isEmpty, given.utf8.count <= maximumLength, given.utf8.allSatisfy(isHarmless) {
            return given
        }
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        var word = UInt64(process) << 32 | UInt64(number)
        return String(unsafeUninitializedCapacity: 16) { buffer in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: word >> 60)
                buffer[index] = digit < 10 ? 48 + digit : 87 + digit
                word <<= 4
            }
            return 16
        }
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
