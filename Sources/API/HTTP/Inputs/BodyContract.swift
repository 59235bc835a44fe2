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

    /// Whether it takes a body of the Content-Type; JSON without any is taken as such.
    func accepts(contentType: String?) -> Bool {
        guard let contentType else {
            if case .form = self { return false }
            return true
        }
        let essence = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return mediaTypes.contains(essence)
    }
}
