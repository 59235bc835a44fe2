/// The URI binding of CPE 2.2, `cpe:/a:vendor:product:…`, with the five extended attributes packed
/// into the edition between tildes (NISTIR 7695 section 6.1).
enum CPEURI {
    static func unbind(_ text: String) throws(VersionError) -> CPEName {
        let fields = text.utf8.dropFirst("cpe:/".utf8.count)
            .split(separator: 0x3a, omittingEmptySubsequences: false).map(Array.init)
        guard fields.count <= 7 else {
            throw .malformedCPE(text, reason: "it has \(fields.count) fields after “cpe:/” where at most 7 belong")
        }
        func field(_ index: Int) throws(VersionError) -> CPEAttribute {
            index < fields.count ? try attribute(fields[index], of: text) : .any
        }
        var name = CPEName(
            part: try field(0), vendor: try field(1), product: try field(2), version: try field(3),
            update: try field(4), language: try field(6))
        guard fields.count > 5, fields[5].first == 0x7e else {
            name.edition = try field(5)
            return name
        }
        let packed = fields[5].dropFirst().split(separator: 0x7e, omittingEmptySubsequences: false).map(Array.init)
        guard packed.count == 5 else {
            throw .malformedCPE(text, reason: "its packed edition has \(packed.count) parts where 5 belong")
        }
        name.edition = try attribute(packed[0], of: text)
        name.softwareEdition = try attribute(packed[1], of: text)
        name.targetSoftware = try attribute(packed[2], of: text)
        name.targetHardware = try attribute(packed[3], of: text)
        name.other = try attribute(packed[4], of: text)
        return name
    }

    private static func attribute(_ field: [UInt8], of text: String) throws(VersionError) -> CPEAttribute {
        if field.isEmpty { return .any }
        if field == [0x2d] { return .notApplicable }
        var value: [UInt8] = []
        var index = 0
        while index < field.count {
            var byte = field[index].lowercased
            var isWildcard = byte == "?" || byte == "*"
            if byte == "%" {
                guard index + 2 < field.count, let code = hex(field[index + 1], field[index + 2]) else {
                    throw .malformedCPE(text, reason: "a % is not followed by two hexadecimal digits")
                }
                isWildcard = code == 1 || code == 2
                byte = code == 1 ? 0x3f : (code == 2 ? 0x2a : code.lowercased)
                index += 2
            }
            let isPlain = byte.isAlphanumeric || byte == "_" || byte >= 0x80
            if !isWildcard, !isPlain { value.append(0x5c) }
            value.append(byte)
            index += 1
        }
        return CPEAttribute(wellFormed: String(decoding: value, as: UTF8.self))
    }

    private static func hex(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard high.isHexDigit, low.isHexDigit else { return nil }
        func value(_ digit: UInt8) -> UInt8 { digit.isDigit ? digit - 0x30 : digit.lowercased - 0x57 }
        return value(high) << 4 | value(low)
    }

    static func bind(_ attribute: CPEAttribute) -> String {
        switch attribute {
        case .any: return ""
        case .notApplicable: return "-"
        case .value(let value):
            return CPEPattern(value).symbols.map(bind).joined()
        }
    }

    private static func bind(_ symbol: CPEPattern.Symbol) -> String {
        if symbol.isWildcard { return symbol.isOne ? "%01" : "%02" }
        let byte = symbol.byte
        if byte.isAlphanumeric || byte == "_" || byte == "." || byte == "-" {
            return String(UnicodeScalar(byte))
        }
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
}

extension CPEName {
    /// The URI binding.
    public var uri: String {
        let extended = [softwareEdition, targetSoftware, targetHardware, other]
        let isPacked = extended.contains { $0 != .any }
        let edition =
            isPacked
            ? ([self.edition] + extended).map { "~" + CPEURI.bind($0) }.joined() : CPEURI.bind(self.edition)
        var fields = [part, vendor, product, version, update].map(CPEURI.bind) + [edition, CPEURI.bind(language)]
        while fields.last?.isEmpty == true { fields.removeLast() }
        return "cpe:/" + fields.joined(separator: ":")
    }
}
