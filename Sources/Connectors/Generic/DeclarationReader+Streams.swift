import Domain

extension DeclarationReader {
    static let pagePlaces: Set<String> = ["since", "page", "offset", "cursor", "size"]

    static func stream(
        _ node: DeclarationNode, _ stream: ConnectorStream
    ) throws(DeclarationError) -> Declaration.Stream {
        let map = try node.map(
            "method", "path", "query", "body", "format", "records", "paging", "changes", "permission", "fields")
        let request = try self.request(map, methods: ["GET", "POST"], places: pagePlaces)
        let paging = try map["paging"].map(self.paging) ?? Declaration.Paging()
        let used = request.places
        try check(paging, used, map["paging"] ?? node)
        let changes = try map["changes"]?.map("form", "ordered")
        guard (changes != nil) == used.contains("since") else {
            throw node.error(
                changes == nil
                    ? "asks since when, and “changes” does not say how a moment is written"
                    : "has “changes”, and nothing in the request says {since}")
        }
        let format = try map["format"]?.word(Declaration.Stream.Format.self) ?? .json
        if format == .ndjson, let records = map["records"] {
            throw records.error("has no meaning for ndjson: each line is a record")
        }
        let fields = try self.fields(try map.required("fields"), stream)
        let moment = stream == .compliance ? "checked" : "modified"
        if changes != nil, !fields.contains(where: { $0.name == moment }) {
            throw try map.required("fields").error("needs “\(moment)”: changes are asked for from the newest known one")
        }
        return Declaration.Stream(
            stream: stream, permission: try map["permission"]?.filledText() ?? "read \(stream.rawValue)",
            request: request, format: format, records: try map["records"].map(place), paging: paging,
            changes: try changes.map { map throws(DeclarationError) in
                try map["form"]?.word(MomentForm.self) ?? .rfc3339
            }, isOrdered: try changes?["ordered"]?.flag() ?? false,
            fields: fields)
    }

    /// A path to one place, without `[]`.
    private static func place(_ node: DeclarationNode) throws(DeclarationError) -> FieldPath {
        let path = try node.path()
        guard path.isSingle else { throw node.error("must name one list; [] names many") }
        return path
    }

    private static func paging(_ node: DeclarationNode) throws(DeclarationError) -> Declaration.Paging {
        let map = try node.map("style", "first", "size", "next", "more")
        var paging = Declaration.Paging(style: try map.required("style").word(Declaration.Paging.Style.self))
        let fitting: [Declaration.Paging.Style: [String]] = [
            .none: [], .page: ["first", "size", "more"], .offset: ["size", "more"], .cursor: ["size", "next", "more"],
            .link: ["size"], .url: ["size", "next"],
        ]
        for (name, value) in map.values where name != "style" && fitting[paging.style]?.contains(name) != true {
            throw value.error("has no meaning for the style \(paging.style.rawValue)")
        }
        if let first = map["first"] { paging.first = try first.number(in: 0...1) }
        if let size = map["size"] { paging.size = try size.number(in: 1...100_000) }
        if let next = map["next"] { paging.next = try place(next) }
        if let more = map["more"] { paging.more = try place(more) }
        if [.cursor, .url].contains(paging.style) { _ = try map.required("next") }
        return paging
    }

    /// Every part of paging that is declared is asked for, and the reverse.
    private static func check(
        _ paging: Declaration.Paging, _ used: Set<String>, _ node: DeclarationNode
    ) throws(DeclarationError) {
        let needed: [Declaration.Paging.Style: String] = [.page: "page", .offset: "offset", .cursor: "cursor"]
        if let place = needed[paging.style], !used.contains(place) {
            throw node.error("has the style \(paging.style.rawValue), and nothing in the request says {\(place)}")
        }
        for place in ["page", "offset", "cursor"] where used.contains(place) && needed[paging.style] != place {
            throw node.error("has not the style \(place), and the request says {\(place)}")
        }
        if used.contains("size"), paging.size == nil { throw node.error("needs “size”: the request says {size}") }
    }

    private static func fields(
        _ node: DeclarationNode, _ stream: ConnectorStream
    ) throws(DeclarationError) -> [(name: String, rule: FieldRule)] {
        var fields: [(name: String, rule: FieldRule)] = []
        for (name, value) in try node.entries() {
            guard let kind = FieldTargets.kind(of: name, in: stream) else {
                let known = FieldTargets.names(of: stream).joined(separator: ", ")
                throw value.error("is no field of \(stream.rawValue); fields are \(known)")
            }
            fields.append((name, try rule(value, kind, words: FieldTargets.words(of: name, in: stream))))
        }
        for name in FieldTargets.required(in: stream) where !fields.contains(where: { $0.name == name }) {
            throw node.error("needs “\(name)”")
        }
        return fields
    }

    /// - Parameter words: those that may come out; nil for any.
    static func rule(
        _ node: DeclarationNode, _ kind: FieldTargets.Kind, words known: [String]?
    ) throws(DeclarationError) -> FieldRule {
        var rule = FieldRule(kind: kind)
        switch node.node {
        case .scalar:
            rule.source = .first([try node.path()])
            return rule
        case .sequence:
            rule.source = .first(try paths(node))
            return rule
        default: break
        }
        let map = try node.map(
            "path", "first", "constant", "join", "with", "split", "lowercase", "words", "otherwise", "date")
        let sources = ["path", "first", "constant", "join"].filter { map[$0] != nil }
        guard sources.count == 1 else { throw node.error("needs one of path, first, constant and join") }
        if let path = map["path"] { rule.source = .first([try path.path()]) }
        if let first = map["first"] { rule.source = .first(try paths(first)) }
        if let join = map["join"] { rule.source = .join(try paths(join), with: try map["with"]?.text() ?? "/") }
        if let constant = map["constant"] {
            rule.source = .constant(try constant.text())
            if let known, !known.contains(try constant.text()) {
                throw constant.error("must be one of \(known.joined(separator: ", "))")
            }
        }
        if let with = map["with"], map["join"] == nil { throw with.error("has no meaning without join") }
        if let split = map["split"] { rule.split = try split.filledText() }
        if let lowercase = map["lowercase"] { rule.isLowercased = try lowercase.flag() }
        if let date = map["date"] {
            guard kind == .date else { throw date.error("has no meaning: the field is no time") }
            rule.moment = try date.word(MomentForm.self)
        }
        for (word, value) in try map["words"]?.entries() ?? [] { rule.words[word] = try self.word(value, known) }
        if let otherwise = map["otherwise"] { rule.otherwise = try word(otherwise, known) }
        return rule
    }

    private static func word(_ node: DeclarationNode, _ known: [String]?) throws(DeclarationError) -> String {
        let text = try node.text()
        if let known, !known.contains(text) { throw node.error("must be one of \(known.joined(separator: ", "))") }
        return text
    }

    private static func paths(_ node: DeclarationNode) throws(DeclarationError) -> [FieldPath] {
        let items = try node.items()
        guard (1...16).contains(items.count) else { throw node.error("must be a list of 1 to 16 paths") }
        var paths: [FieldPath] = []
        for item in items { paths.append(try item.path()) }
        return paths
    }
}
