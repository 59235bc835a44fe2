/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerEvent: Sendable, Hashable {
    /// The type that the client listens for; `message` when nil.
    public let name: String?
    /// What a reconnecting client sends as `Last-Event-ID`.
    public let id: String?
    /// Any text; its lines become `data:` lines.
    public let data: String

    public init(_ data: String, name: String? = nil, id: String? = nil) {
        self.data = data
        self.name = name
        self.id = id
    }

    /// An event whose data is JSON.
    public init(json: some JSONWritable, name: String? = nil, id: String? = nil) {
        self.init(String(decoding: json.jsonBytes(), as: UTF8.self), name: name, id: id)
    }

    /// Sent between events so that both ends notice a dead connection.
    static let keepAlive = Array(": keep-alive\n\n".utf8)

    /// The event on the wire. Line ends inside name and id would begin new fields, so they are left out.
    var bytes: [UInt8] {
        var text = ""
        if let name { text += "event: \(name.filter { !$0.isNewline })\n" }
        if let id { text += "id: \(id.filter { !$0.isNewline })\n" }
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return Array((text + "\n").utf8)
    }
}
