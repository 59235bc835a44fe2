/// Markup. Interpolating a string escapes it, interpolating `HTML` does not, so that text from
/// outside cannot become markup unless somebody writes `HTML(trusted:)`.
///
///     let cell: HTML = "<td>\(hostname)</td>"
public struct HTML: Sendable, ExpressibleByStringInterpolation {
    public private(set) var text: String

    /// Takes markup as it is; only for literals and for what this module has rendered.
    public init(trusted text: String) { self.text = text }

    public init(stringLiteral value: String) { text = value }

    public init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        public mutating func appendLiteral(_ literal: String) { text += literal }

        public mutating func appendInterpolation(_ markup: HTML) { text += markup.text }

        public mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { text += part.text }
        }

        public mutating func appendInterpolation(_ markup: HTML?) {
            if let markup { text += markup.text }
        }

        public mutating func appendInterpolation(_ string: String) { HTML.escape(string, into: &text) }

        public mutating func appendInterpolation(_ number: Int) { text += String(number) }
    }

    static func escape(_ string: String, into text: inout String) {
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    public static func + (left: HTML, right: HTML) -> HTML { HTML(trusted: left.text + right.text) }

    public static let empty = HTML(trusted: "")
}
