/// A schema as a JSON document that would do, for people to read and to edit.
struct SchemaSketch {
    let text: String

    init(_ schema: Schema) { text = Self.draw(schema, example: nil, indent: "") }

    private static func draw(_ schema: Schema, example: JSONValue?, indent: String) -> String {
        if let example { return String(decoding: example.jsonBytes(), as: UTF8.self) }
        switch schema {
        case .string(.uuid, _): return "\"018f2f3e-8c1a-7000-8000-000000000000\""
        case .string(.dateTime, _): return "\"2024-02-29T12:00:00.000Z\""
        case .string: return "\"\""
        case .oneOf(let values): return "\"\(values.first ?? "")\""
        case .integer(let range): return String(range?.lowerBound ?? 0)
        case .number: return "0.0"
        case .boolean: return "false"
        case .array(let element, _): return "[\(draw(element, example: nil, indent: indent))]"
        case .map(let element): return "{\"name\": \(draw(element, example: nil, indent: indent))}"
        case .nullable(let schema), .named(_, let schema): return draw(schema, example: nil, indent: indent)
        case .any: return "null"
        case .object(let fields):
            let inner = indent + "  "
            let lines = fields.map { "\(inner)\"\($0.name)\": \(draw($0.schema, example: $0.example, indent: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        }
    }
}
