/// A package URL after the purl specification 1.0 (ECMA-427):
/// `pkg:type/namespace/name@version?qualifiers#subpath`, decoded.
public struct PackageURL: Sendable, Hashable, CustomStringConvertible {
    /// Lower case: `deb`, `npm`, `pypi`.
    public var type: String
    /// Segments joined by `/`; nil when there are none.
    public var namespace: String?
    public var name: String
    public var version: String?
    /// Keys are lower case; empty values are left out.
    public var qualifiers: [String: String]
    public var subpath: String?

    public init(
        type: String, namespace: String? = nil, name: String, version: String? = nil,
        qualifiers: [String: String] = [:], subpath: String? = nil
    ) {
        self.type = type
        self.namespace = namespace
        self.name = name
        self.version = version
        self.qualifiers = qualifiers
        self.subpath = subpath
    }

    /// The canonical form: qualifiers by key, everything but unreserved characters and `:` encoded.
    public var description: String {
        var text = "pkg:\(type)/"
        if let namespace { text += Self.encoded(path: namespace) + "/" }
        text += PercentEncoding.encoded(name)
        if let version { text += "@" + PercentEncoding.encoded(version) }
        if !qualifiers.isEmpty {
            let pairs = qualifiers.sorted { $0.key < $1.key }.map { "\($0.key)=\(PercentEncoding.encoded($0.value))" }
            text += "?" + pairs.joined(separator: "&")
        }
        if let subpath { text += "#" + Self.encoded(path: subpath) }
        return text
    }

    private static func encoded(path: String) -> String {
        path.split(separator: "/").map { PercentEncoding.encoded(String($0)) }.joined(separator: "/")
    }
}

/// Why a text is no package URL.
public struct PackageURLError: Error, Sendable, Hashable {
    /// Half a sentence: `has no name`.
    public let reason: String
}

/// RFC 3986 section 2.1 over UTF-8.
enum PercentEncoding {
    static func encoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            if isPlain(byte) {
                output.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                output += byte < 16 ? "%0" : "%"
                output += String(byte, radix: 16, uppercase: true)
            }
        }
        return output
    }

    /// Nil when an escape is cut short or the result is not UTF-8.
    static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var output: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                output.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            output.append(high << 4 | low)
        }
        return String(validating: output, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"): true
        default: false
        }
    }
}
