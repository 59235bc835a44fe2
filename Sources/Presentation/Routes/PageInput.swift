import API
import Domain

/// Query parameters of a page with a form: a field left empty filters nothing, and a value that is
/// none is ignored, since people edit addresses by hand.
struct PageInput: RouteInput {
    static let names = [
        "search", "status", "sort", "severity", "affected_systems", "kev", "cursor", "next", "notice",
    ]
    static let parameters: [any ParameterDescribing] = names.map { QueryParameter<String>($0, "") }
    private let values: [String: String]

    init(from request: RequestReader) throws {
        var values: [String: String] = [:]
        for name in Self.names {
            if let value = try request.query(QueryParameter<String>(name, "")), !value.isEmpty { values[name] = value }
        }
        self.values = values
    }

    subscript(_ name: String) -> String? { values[name] }

    /// The store's cursor inside the page's.
    var cursor: String? {
        get throws { try values["cursor"].map { try Cursor($0).key(0) } }
    }
}

/// The endpoint that a page's path names.
struct EndpointPageInput: RouteInput {
    static let id = PathParameter<EndpointID>("id", "The endpoint.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: EndpointID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

extension RequestScope {
    /// The address of a list's next page.
    func nextPath(_ next: String?) -> String? {
        next.map { target(settingQuery: "cursor", to: Cursor(sort: "page", keys: [.string($0)]).text) }
    }
}
