import Domain

extension CVSS {
    /// What the `cvss` command prints for one vector: a JSON object without a line break. Absent
    /// groups are null; a refused vector gives `{vector, error}` and `isValid` false.
    public static func resultLine(for vector: String) -> (json: String, isValid: Bool) {
        do throws(CVSSError) {
            return (try parse(vector).json, true)
        } catch {
            return (#"{"vector":\#(vector.jsonLiteral),"error":\#(error.message.jsonLiteral)}"#, false)
        }
    }
}

extension CVSSScore {
    /// One line, keys in the order of the command's contract.
    var json: String {
        let fields =
            [
                "vector": vector.jsonLiteral,
                "version": version.rawValue.jsonLiteral,
                "base_score": "\(baseScore)",
                "temporal_score": temporalScore.map { "\($0)" } ?? "null",
                "environmental_score": environmentalScore.map { "\($0)" } ?? "null",
                "score": "\(score)",
                "severity": (severity?.rawValue ?? "none").jsonLiteral,
            ] as KeyValuePairs
        return "{" + fields.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }
}

extension String {
    /// A JSON string literal (RFC 8259 section 7): only quotes, backslashes and control characters
    /// need escapes.
    fileprivate var jsonLiteral: String {
        var literal = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
