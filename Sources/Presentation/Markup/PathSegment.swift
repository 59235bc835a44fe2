/// One segment of a URL's path, percent-encoded (RFC 3986 section 3.3).
enum PathSegment {
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return encoded
    }
}

/// A page's address with its query, built from values: nil and empty ones are left out.
enum Address {
    static func make(_ path: String, _ query: KeyValuePairs<String, String?>) -> String {
        let pairs = query.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : "\(name)=\(PathSegment.encode($0))" }
        }
        return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
    }

    static func finding(_ cve: String, on endpoint: String) -> String {
        "/endpoints/\(endpoint)/findings/\(PathSegment.encode(cve))"
    }

    static func vulnerability(_ cve: String) -> String { "/vulnerabilities/\(PathSegment.encode(cve))" }
}
