import AsyncHTTPClient
import NIOHTTP1

/// One request to a vendor, without its host: that may turn out to be another.
struct VendorRequest: Sendable {
    enum Body: Sendable {
        case none
        case json(RequestJSON)
        case form([(String, String)])
    }

    var method: HTTPMethod
    var path: String
    var query: [(String, String)]
    var body: Body
    /// What the vendor's console calls the permission that it needs.
    var permission: String
    /// Whether it may be sent again when nobody knows whether it arrived.
    var isRepeatable: Bool
    /// Further ones, such as the tenant that it is about.
    var headers: [(String, String)] = []
    /// Where it goes, where an answer named another host that requests may go to.
    var origin: VendorOrigin?

    static func get(_ path: String, _ query: [(String, String)] = [], permission: String) -> VendorRequest {
        VendorRequest(
            method: .GET, path: path, query: query, body: .none, permission: permission, isRepeatable: true)
    }

    /// A question that is too long for an address.
    static func ask(_ path: String, _ body: RequestJSON, permission: String) -> VendorRequest {
        VendorRequest(
            method: .POST, path: path, query: [], body: .json(body), permission: permission, isRepeatable: true)
    }

    /// What changes something.
    static func change(
        _ path: String, _ body: RequestJSON, query: [(String, String)] = [], method: HTTPMethod = .POST,
        permission: String
    ) -> VendorRequest {
        VendorRequest(
            method: method, path: path, query: query, body: .json(body), permission: permission, isRepeatable: false)
    }

    func clientRequest(to origin: VendorOrigin, authorization: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: origin.text + target)
        request.method = method
        request.headers.add(name: "User-Agent", value: "garrison")
        request.headers.add(name: "Accept", value: "application/json")
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        switch body {
        case .none: break
        case .json(let json):
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(json.bytes)
        case .form(let fields):
            request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(Array(PercentEncoding.query(fields).utf8))
        }
        return request
    }

    private var target: String { query.isEmpty ? path : "\(path)?\(PercentEncoding.query(query))" }
}

/// RFC 3986: everything but the unreserved characters is escaped. A plus sign means a blank to some servers and
/// “and” in some vendors' filters, so neither is ever sent as one.
enum PercentEncoding {
    static func query(_ fields: [(String, String)]) -> String {
        fields.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }

    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 15] { encoded.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// What was escaped; an escape that is none stays as it is.
    static func decode(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2, digits.first != UInt8(ascii: "+"),
                let value = UInt8(String(Substring(digits)), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
