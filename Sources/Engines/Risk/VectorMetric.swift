/// A metric of one CVSS version: its abbreviation and its values' abbreviations, in the order of
/// the specification's table. Optional metrics list "not defined" first.
struct VectorMetric: Sendable {
    let name: String
    let isMandatory: Bool
    /// Abbreviations packed into words, so that reading a vector compares integers.
    let nameKey: UInt64
    let valueKeys: [UInt64]

    private init(name: String, values: [String], isMandatory: Bool) {
        self.name = name
        self.isMandatory = isMandatory
        nameKey = Self.key(name.utf8)
        valueKeys = values.map { Self.key($0.utf8) }
    }

    static func mandatory(_ name: String, _ values: String...) -> Self {
        Self(name: name, values: values, isMandatory: true)
    }

    /// `undefined` is `X`, in CVSS 2.0 `ND`.
    static func optional(_ name: String, undefined: String = "X", _ values: String...) -> Self {
        Self(name: name, values: [undefined] + values, isMandatory: false)
    }

    /// Up to seven bytes in one word with their number; 0 for longer texts, which name nothing.
    static func key(_ bytes: some Collection<UInt8>) -> UInt64 {
        var key: UInt64 = 0
        var count: UInt64 = 0
        for byte in bytes {
            key = key << 8 | UInt64(byte)
            count += 1
            if count > 7 { return 0 }
        }
        return key | count << 56
    }
}
