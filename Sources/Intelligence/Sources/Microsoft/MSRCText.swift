import Domain

/// Texts of a CVRF document.
enum MSRCText {
    /// `{"Value": "…"}`, or null.
    static func value(_ reader: JSONReader) throws -> String {
        guard try reader.peek() == .object else { return try reader.stringOrSkip() ?? "" }
        var text = ""
        try reader.object { key in
            if key == "Value" { text = try reader.stringOrSkip() ?? "" }
        }
        return text
    }

    static func strings(_ reader: JSONReader) throws -> [String] {
        if try reader.null() { return [] }
        var strings: [String] = []
        try reader.array {
            if let text = try reader.stringOrSkip() { strings.append(text) }
        }
        return strings
    }

    /// A list of objects, which may be null.
    static func objects(_ reader: JSONReader, _ body: (String) throws -> Void, end: () -> Void) throws {
        if try reader.null() { return }
        try reader.array {
            try reader.object(body)
            end()
        }
    }

    /// HTML's text, for a description.
    static func plain(_ html: String) -> String {
        var text: [UInt8] = []
        var isTag = false
        for byte in html.utf8 {
            if byte == UInt8(ascii: "<") { isTag = true }
            if !isTag { text.append(byte) }
            if byte == UInt8(ascii: ">") { isTag = false }
        }
        return String(decoding: text, as: UTF8.self)
            .replacing("&amp;", with: "&").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&nbsp;", with: " ")
    }

    /// The numbers of updates in a text: `5017500, 5018858`, `KB4103727`, and none in `MS16-030`.
    static func updates(_ text: String) -> [String] {
        var ids: [String] = []
        for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "-" }) {
            if let id = InstalledUpdate.knowledgeBaseID(word), !ids.contains(id) { ids.append(id) }
        }
        return ids
    }
}
