/// The formatted string binding, `cpe:2.3:a:vendor:product:…` (NISTIR 7695 section 6.2).
enum CPEFormattedString {
    static func unbind(_ text: String) throws(VersionError) -> CPEName {
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        for byte in text.utf8.dropFirst("cpe:2.3:".utf8.count) {
            if byte == ":", !isQuoted {
                fields.append([])
            } else {
                fields[fields.count - 1].append(byte)
            }
            isQuoted = byte == "\\" && !isQuoted
        }
        guard fields.count == 11 else {
            throw .malformedCPE(text, reason: "it has \(fields.count) fields after “cpe:2.3:” where 11 belong")
        }
        guard !isQuoted, !fields.contains(where: \.isEmpty) else {
            throw .malformedCPE(text, reason: "a field is empty or ends with a backslash")
        }
        let values = fields.map { attribute(String(decoding: $0, as: UTF8.self)) }
        return CPEName(
            part: values[0], vendor: values[1], product: values[2], version: values[3], update: values[4],
            edition: values[5], language: values[6], softwareEdition: values[7], targetSoftware: values[8],
            targetHardware: values[9], other: values[10])
    }

    private static func attribute(_ field: String) -> CPEAttribute {
        field == "-" ? .notApplicable : CPEAttribute(wellFormed: field.lowercased())
    }

    static func bind(_ attribute: CPEAttribute) -> String {
        switch attribute {
        case .any: return "*"
        case .notApplicable: return "-"
        case .value(let value):
            var result: [UInt8] = []
            for symbol in CPEPattern(value).symbols {
                let byte = symbol.byte
                let isPlain = byte.isAlphanumeric || byte == "_" || byte == "." || byte == "-" || byte >= 0x80
                if !symbol.isWildcard, !isPlain { result.append(0x5c) }
                result.append(byte)
            }
            // A hyphen alone would read as NA.
            return result == [0x2d] ? "\\-" : String(decoding: result, as: UTF8.self)
        }
    }
}

extension CPEName: CustomStringConvertible {
    /// The formatted string binding.
    public var formattedString: String {
        "cpe:2.3:" + attributes.map(CPEFormattedString.bind).joined(separator: ":")
    }

    public var description: String { formattedString }
}
