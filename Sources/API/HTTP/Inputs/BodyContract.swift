/// What a route takes as its request's body.
public enum BodyContract: Sendable {
    /// No body; one that comes is ignored.
    case none
    /// `application/json` of a shape. It is read whole and checked before the handler runs.
    case json(Schema)
    /// `application/x-www-form-urlencoded`: what pages' forms send.
    case form([Schema.Field])
    /// Bytes in pieces, which the handler reads as they come.
    case stream(mediaTypes: [String], description: String)

    var mediaTypes: [String] {
        switch self {
        case .none: []
        case .json: ["application/json"]
        case .form: ["application/x-www-form-urlencoded"]
        case .stream(let types, _): types
        }
    }

    /// Whether it takes a body of the Content-Type; JSON without any is taken as such. Another charset
    /// than UTF-8 is refused: text would be taken for something else.
    func accepts(contentType: String?) -> Bool {
        guard let contentType else {
            if case .form = self { return false }
            return true
        }
        let essence = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return mediaTypes.contains(essence) && Self.charset(in: contentType) ?? "utf-8" == "utf-8"
    }

    /// The lower-case value of the charset parameter (RFC 9110 section 8.3.2).
    private static func charset(in contentType: String) -> String? {
        for parameter in contentType.split(separator: ";").dropFirst() {
            let halves = parameter.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, halves[0].lowercased().filter({ $0 != " " }) == "charset" else { continue }
            return halves[1].lowercased().filter { $0 != " " && $0 != "\"" }
        }
        return nil
    }
}
