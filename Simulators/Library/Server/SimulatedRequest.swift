import NIOHTTP1

/// A request as a simulator sees it.
public struct SimulatedRequest: Sendable {
    public let method: HTTPMethod
    public let path: String
    /// In order; a key may come several times.
    public let query: [(name: String, value: String)]
    public let headers: HTTPHeaders
    public let body: [UInt8]

    /// - Parameter target: path and query as they stand in a request line.
    public init(
        _ method: HTTPMethod, _ target: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) {
        self.init(method: method, target: target, headers: HTTPHeaders(headers), body: body)
    }

    init(head: HTTPRequestHead, body: [UInt8]) {
        self.init(method: head.method, target: head.uri, headers: head.headers, body: body)
    }

    private init(method: HTTPMethod, target: String, headers: HTTPHeaders, body: [UInt8]) {
        self.method = method
        self.headers = headers
        self.body = body
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = FormText.decode(parts[0], plusIsBlank: false)
        query = parts.count > 1 ? FormText.fields(parts[1]) : []
    }

    /// The first value of a parameter.
    public func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
    /// All values of a parameter.
    public func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
    public func header(_ name: String) -> String? { headers.first(name: name) }

    /// The fields of a form in the body.
    public var form: [(name: String, value: String)] {
        FormText.fields(Substring(String(decoding: body, as: UTF8.self)))
    }
}

/// `application/x-www-form-urlencoded`: a plus sign is a blank.
enum FormText {
    static func fields(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { field in
            let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decode(sides[0], plusIsBlank: true), sides.count > 1 ? decode(sides[1], plusIsBlank: true) : "")
        }
    }

    static func decode(_ text: Substring, plusIsBlank: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(Substring(rest.prefix(2))), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
