/// A text with places for what is known later: `/v1/devices/{device}/isolate`. A brace that is not around a name of
/// small letters is itself.
struct GenericTemplate: Sendable {
    private enum Part: Sendable {
        case text(String)
        case place(String)
    }

    private var parts: [Part] = []

    init(_ text: String) {
        var rest = text[...]
        var plain = ""
        while let open = rest.firstIndex(of: "{") {
            let behind = rest[rest.index(after: open)...]
            let name = behind.prefix { $0.isASCII && $0.isLowercase || $0 == "_" }
            plain += rest[..<open]
            if !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == "}" {
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = ""
                parts.append(.place(String(name)))
                rest = rest[rest.index(after: name.endIndex)...]
            } else {
                plain += "{"
                rest = behind
            }
        }
        plain += rest
        if !plain.isEmpty { parts.append(.text(plain)) }
    }

    /// The names of its places.
    var places: Set<String> {
        Set(parts.compactMap { part -> String? in if case .place(let name) = part { name } else { nil } })
    }

    /// The only part, where that is a place.
    var onlyPlace: String? {
        if parts.count == 1, case .place(let name) = parts[0] { name } else { nil }
    }

    /// Nil where something for a place is not known.
    func filled(_ values: [String: String], _ write: (String) -> String = { $0 }) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .text(let plain): text += plain
            case .place(let name):
                guard let value = values[name] else { return nil }
                text += write(value)
            }
        }
        return text
    }
}

/// A body with places for what is known later.
indirect enum BodyTemplate: Sendable {
    case text(GenericTemplate)
    /// JSON as it is.
    case literal(String)
    case list([BodyTemplate])
    case object([(String, BodyTemplate)])

    var places: Set<String> {
        switch self {
        case .text(let template): template.places
        case .literal: []
        case .list(let items): items.reduce(into: []) { $0.formUnion($1.places) }
        case .object(let members): members.reduce(into: []) { $0.formUnion($1.1.places) }
        }
    }

    /// What is not known is left out.
    ///
    /// - Parameter numbers: the places whose values are numbers, where they stand alone.
    func filled(_ values: [String: String], numbers: Set<String>) -> RequestJSON? {
        switch self {
        case .text(let template):
            guard let text = template.filled(values) else { return nil }
            if let place = template.onlyPlace, numbers.contains(place), Int(text) != nil { return .literal(text) }
            return .text(text)
        case .literal(let json): return .literal(json)
        case .list(let items): return .list(items.compactMap { $0.filled(values, numbers: numbers) })
        case .object(let members):
            return .object(
                members.compactMap { member in
                    member.1.filled(values, numbers: numbers).map { (member.0, $0) }
                })
        }
    }
}

extension Declaration.Request {
    var places: Set<String> {
        query.reduce(into: path.places.union(body?.places ?? [])) { $0.formUnion($1.1.places) }
    }

    /// The request with everything that is known; nil where the path needs what is not.
    ///
    /// - Parameters:
    ///   - isRepeatable: whether it is a question.
    func filled(
        _ values: [String: String], numbers: Set<String> = [], headers: [(String, String)], permission: String,
        isRepeatable: Bool
    ) -> VendorRequest? {
        // An id that climbs out of its place in a path is none.
        guard !path.places.contains(where: { values[$0] == "." || values[$0] == ".." || values[$0]?.isEmpty == true }),
            let path = self.path.filled(values, PercentEncoding.encode)
        else { return nil }
        let query = self.query.compactMap { entry in entry.1.filled(values).map { (entry.0, $0) } }
        let json = body?.filled(values, numbers: numbers)
        return VendorRequest(
            method: .init(rawValue: method), path: path, query: query,
            body: json.map { VendorRequest.Body.json($0) } ?? VendorRequest.Body.none,
            permission: permission, isRepeatable: isRepeatable, headers: headers)
    }
}
