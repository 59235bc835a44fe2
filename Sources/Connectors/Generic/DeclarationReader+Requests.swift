import Domain
import Yams

extension DeclarationReader {
    static func request(
        _ map: DeclarationMap, methods: [String], places: Set<String>
    ) throws(DeclarationError) -> Declaration.Request {
        let method = try map["method"]?.text() ?? methods[0]
        guard methods.contains(method) else {
            throw (map["method"] ?? map.node).error("must be one of \(methods.joined(separator: ", "))")
        }
        let place = try map.required("path")
        let text = try place.text()
        guard text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains(where: { "?# ".contains($0) }),
            !text.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
        else { throw place.error("must be a path such as /api/devices; what stands behind ? belongs to “query”") }
        var query: [(String, GenericTemplate)] = []
        for (name, value) in try map["query"]?.entries() ?? [] {
            query.append((name, try template(value, try value.text(), places)))
        }
        let body = try map["body"].map { node throws(DeclarationError) in try self.body(node, places, depth: 0) }
        if let node = map["body"], method == "GET" || method == "DELETE" {
            throw node.error("cannot be sent with \(method)")
        }
        return Declaration.Request(method: method, path: try template(place, text, places), query: query, body: body)
    }

    private static func template(
        _ node: DeclarationNode, _ text: String, _ places: Set<String>
    ) throws(DeclarationError) -> GenericTemplate {
        let template = GenericTemplate(text)
        for place in template.places where !places.contains(place) {
            throw node.error("says {\(place)}; known are \(places.sorted().map { "{\($0)}" }.joined(separator: ", "))")
        }
        return template
    }

    private static func body(
        _ node: DeclarationNode, _ places: Set<String>, depth: Int
    ) throws(DeclarationError) -> BodyTemplate {
        guard depth < 16 else { throw node.error("is nested too deeply") }
        switch node.node {
        case .sequence:
            var items: [BodyTemplate] = []
            for item in try node.items() { items.append(try body(item, places, depth: depth + 1)) }
            return .list(items)
        case .mapping:
            var members: [(String, BodyTemplate)] = []
            for (name, value) in try node.entries() {
                members.append((name, try body(value, places, depth: depth + 1)))
            }
            return .object(members)
        default:
            let text = try node.text()
            switch node.node.tag {
            case Tag(.bool): return .literal(text.lowercased() == "true" ? "true" : "false")
            case Tag(.int): return Int(text).map { .literal("\($0)") } ?? .text(GenericTemplate(text))
            case Tag(.null): return .literal("null")
            default: return .text(try template(node, text, places))
            }
        }
    }

    static let actionPlaces: [String: Set<String>] = [
        "isolate": ["device"], "release": ["device"], "scan": ["device"], "sync": ["device"],
        "update_signatures": ["device"], "run_script": ["device", "name", "arguments"],
        "set_alert_status": ["alert", "status"], "set_alert_verdict": ["alert", "verdict"],
    ]

    static func actions(_ node: DeclarationNode) throws(DeclarationError) -> [String: Declaration.Action] {
        var actions: [String: Declaration.Action] = [:]
        for (name, value) in try node.entries() {
            guard let places = actionPlaces[name] else {
                throw value.error("is no action; actions are \(actionPlaces.keys.sorted().joined(separator: ", "))")
            }
            actions[name] = try action(value, name, places.union(["comment", "id"]))
        }
        return actions
    }

    private static func action(
        _ node: DeclarationNode, _ name: String, _ places: Set<String>
    ) throws(DeclarationError) -> Declaration.Action {
        let map = try node.map("method", "path", "query", "body", "reference", "words", "status")
        let request = try self.request(map, methods: ["POST", "PUT", "PATCH", "DELETE"], places: places)
        let thing = places.contains("alert") ? "alert" : "device"
        guard request.places.contains(thing) else {
            throw node.error("must say what it is for: nothing in the request says {\(thing)}")
        }
        var words: [String: String] = [:]
        for (word, value) in try map["words"]?.entries() ?? [] { words[word] = try value.filledText() }
        if let node = map["words"] {
            let known =
                name == "set_alert_status"
                ? AlertReport.Status.allCases.map(\.rawValue) : AlertReport.Verdict.allCases.map(\.rawValue)
            guard name.hasPrefix("set_alert") else { throw node.error("has no meaning for \(name)") }
            for word in words.keys where !known.contains(word) {
                throw node.error("says “\(word)”; known are \(known.joined(separator: ", "))")
            }
        }
        let reference = try map["reference"].map { node throws(DeclarationError) in try node.path() }
        let status = try map["status"].map { node throws(DeclarationError) in
            try self.status(node, reference == nil ? places : places.union(["reference"]))
        }
        return Declaration.Action(request: request, reference: reference, words: words, status: status)
    }

    private static func status(
        _ node: DeclarationNode, _ places: Set<String>
    ) throws(DeclarationError) -> Declaration.Status {
        let map = try node.map("method", "path", "query", "body", "state", "message")
        return Declaration.Status(
            request: try request(map, methods: ["GET", "POST"], places: places),
            state: try rule(try map.required("state"), .text, words: Declaration.Status.words),
            message: try map["message"].map { node throws(DeclarationError) in try node.path() })
    }
}
