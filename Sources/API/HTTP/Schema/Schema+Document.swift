extension Schema {
    /// The schema as JSON Schema. Named schemas become references and are added to `components`.
    func document(components: inout [String: JSONValue]) -> JSONValue {
        switch self {
        case .string(let format, let length):
            return Self.type(
                "string", [.init("format", (format?.rawValue).map { .string($0) } ?? .null)] + limits(length))
        case .oneOf(let values): return Self.type("string", [.init("enum", .array(values.map { .string($0) }))])
        case .integer(let range):
            return Self.type("integer", bounds(range.map { (.integer($0.lowerBound), .integer($0.upperBound)) }))
        case .number(let range):
            return Self.type("number", bounds(range.map { (.number($0.lowerBound), .number($0.upperBound)) }))
        case .boolean: return Self.type("boolean", [])
        case .array(let element, let count):
            return Self.type("array", [.init("items", element.document(components: &components))] + items(count))
        case .map(let element):
            return Self.type("object", [.init("additionalProperties", element.document(components: &components))])
        case .object(let fields): return Self.object(fields, components: &components)
        case .nullable(let schema):
            return .object([.init("anyOf", .array([schema.document(components: &components), Self.type("null", [])]))])
        case .named(let name, let schema):
            if components[name] == nil {
                components[name] = .null
                components[name] = schema.document(components: &components)
            }
            return ["$ref": .string("#/components/schemas/\(name)")]
        case .any: return .object([])
        }
    }

    private static func object(_ fields: [Field], components: inout [String: JSONValue]) -> JSONValue {
        var properties: [JSONValue.Field] = []
        for field in fields {
            properties.append(.init(field.name, document(of: field, components: &components)))
        }
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        return type(
            "object",
            [.init("properties", .object(properties))] + (required.isEmpty ? [] : [.init("required", .array(required))])
        )
    }

    private static func document(of field: Field, components: inout [String: JSONValue]) -> JSONValue {
        guard case .object(var parts) = field.schema.document(components: &components) else { return .object([]) }
        if !field.description.isEmpty { parts.append(.init("description", .string(field.description))) }
        if let example = field.example { parts.append(.init("examples", .array([example]))) }
        return .object(parts)
    }

    private static func type(_ name: String, _ rest: [JSONValue.Field]) -> JSONValue {
        .object([.init("type", .string(name))] + rest.filter { $0.value != .null })
    }

    private func limits(_ length: ClosedRange<Int>?) -> [JSONValue.Field] {
        guard let length else { return [] }
        return [.init("minLength", .integer(length.lowerBound)), .init("maxLength", .integer(length.upperBound))]
    }

    private func items(_ count: ClosedRange<Int>?) -> [JSONValue.Field] {
        guard let count else { return [] }
        return [.init("minItems", .integer(count.lowerBound)), .init("maxItems", .integer(count.upperBound))]
    }

    private func bounds(_ range: (JSONValue, JSONValue)?) -> [JSONValue.Field] {
        guard let range else { return [] }
        return [.init("minimum", range.0), .init("maximum", range.1)]
    }
}
