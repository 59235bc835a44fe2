import API
import Domain

/// Query parameters of a page with a form: a field left empty filters nothing, and a value that is
/// none is ignored, since people edit addresses by hand.
struct PageInput: RouteInput {
    static let names = [
        "q", "search", "status", "sort", "os_type", "severity", "affected_systems", "kev", "remediated", "from",
        "before", "verify", "task", "cursor", "next", "notice", "ssvc", "sla", "package", "fix", "endpoint", "tag",
        "cve", "vex",
        "state", "kind", "connector", "fixes", "count", "reboots", "preview", "problem", "ring", "patch", "superseded",
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

    /// The input of a page that is shown without its parameters.
    init() { values = [:] }

    subscript(_ name: String) -> String? { values[name] }

    /// The store's cursor inside the page's.
    var cursor: String? {
        get throws { try values["cursor"].map { try Cursor($0).key(0) } }
    }

    /// What an address carries of the store's cursor.
    static func place(_ cursor: String?) -> String? {
        cursor.map { Cursor(sort: "page", keys: [.string($0)]).text }
    }

    /// How many rows to leave out, in lists that are held whole.
    var offset: Int { values["from"].flatMap { Int($0) }.map { min(max($0, 0), 1_000_000) } ?? 0 }
}

/// The endpoint that a page's path names, with the page's parameters.
struct EndpointPageInput: RouteInput {
    static let id = PathParameter<EndpointID>("id", "The endpoint.")
    static let parameters: [any ParameterDescribing] = [id] + PageInput.parameters
    let id: EndpointID
    let page: PageInput

    init(from request: RequestReader) throws {
        id = try request.path(Self.id)
        page = try PageInput(from: request)
    }
}

extension RequestScope {
    /// The address of a list's next page.
    func nextPath(_ next: String?) -> String? {
        PageInput.place(next).map { target(settingQuery: "cursor", to: $0) }
    }
}
