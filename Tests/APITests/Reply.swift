import API

/// An answer as it came over the wire.
struct Reply: Sendable {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Of head and body on the wire.
    let size: Int

    /// - Parameter bytes: everything until the server closed the connection.
    init?(_ bytes: [UInt8]) {
        guard let end = Self.endOfHead(bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        self.status = status
        headers = lines.dropFirst().compactMap { line in
            let halves = line.split(separator: ":", maxSplits: 1)
            return halves.count == 2 ? (halves[0].lowercased(), halves[1].drop { $0 == " " }.description) : nil
        }
        size = bytes.count
        let rest = Array(bytes[(end + 4)...])
        let isChunked = headers.contains { $0.name == "transfer-encoding" && $0.value == "chunked" }
        body = isChunked ? Self.dechunk(rest) : rest
    }

    /// The answers of one connection, each as long as its Content-Length says.
    static func all(_ bytes: [UInt8]) -> [Reply] {
        var (replies, rest) = ([Reply](), bytes[...])
        while let end = endOfHead(Array(rest.prefix(8192))), let head = Reply(Array(rest.prefix(end + 4))) {
            let length = head.status == 304 ? 0 : head["content-length"].flatMap { Int($0) } ?? 0
            guard rest.count >= end + 4 + length else { break }
            guard let reply = Reply(Array(rest.prefix(end + 4 + length))) else { break }
            replies.append(reply)
            rest = rest.dropFirst(end + 4 + length)
        }
        return replies
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    private static func dechunk(_ bytes: [UInt8]) -> [UInt8] {
        var (whole, rest) = ([UInt8](), bytes[...])
        while let line = rest.firstIndex(of: 10) {
            let size = String(decoding: rest[..<line], as: UTF8.self).filter(\.isHexDigit)
            guard let count = Int(size, radix: 16), count > 0, rest.count >= line + 1 - rest.startIndex + count else {
                break
            }
            whole += rest[(line + 1)..<(line + 1 + count)]
            rest = rest[(line + 1 + count)...].dropFirst(2)
        }
        return whole
    }

    subscript(_ header: String) -> String? { headers.first { $0.name == header.lowercased() }?.value }

    func all(_ header: String) -> [String] { headers.filter { $0.name == header.lowercased() }.map(\.value) }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Read by the server's own strict parser: an answer that is not JSON is a failure.
    var json: JSONValue {
        get throws { try JSONParser.parse(body) }
    }

    /// The stable kind of a problem document: `request.unknown_field`.
    var problem: String? {
        guard self["content-type"] == "application/problem+json", case .string(let type)? = try? json["type"] else {
            return nil
        }
        return String(type.trimmingPrefix("/problems/"))
    }

    /// The path and query of the next page.
    var next: String? {
        guard let link = self["link"], link.hasSuffix("; rel=\"next\"") else { return nil }
        return link.split(separator: ">").first.map { String($0.dropFirst()) }
    }
}

extension JSONValue {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int? { if case .integer(let number) = self { number } else { nil } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var names: [String] { if case .object(let fields) = self { fields.map(\.name) } else { [] } }
}
