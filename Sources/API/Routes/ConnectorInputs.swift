import Domain
import Store

/// The connector that a path names.
struct ConnectorPath: RouteInput {
    static let id = PathParameter<ConnectorID>("id", "The connector.")
    static let parameters: [any ParameterDescribing] = [id]
    let id: ConnectorID

    init(from request: RequestReader) throws { id = try request.path(Self.id) }
}

/// Which part of a connector's quarantine is asked for.
struct QuarantineInput: RouteInput {
    static let parameters: [any ParameterDescribing] = ConnectorPath.parameters + WholeListInput.parameters
    let id: ConnectorID
    let page: PageRequest

    init(from request: RequestReader) throws {
        id = try request.path(ConnectorPath.id)
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}

/// An account to add.
struct ConnectorInput: JSONInput {
    static let schema = Schema.named(
        "NewConnector",
        .object([
            .field(
                "kind", .string(length: 1...50), "One of GET /api/connector-kinds.", example: .string("crowdstrike")),
            .field("name", .string(length: 1...100), "What it is called here.", example: .string("headquarters")),
            .optional("settings", .map(of: .string(length: 0...100_000)), "By name, as the kind lists them."),
            .optional("secrets", .map(of: .string(.password, length: 0...20_000)), "By name; never shown again."),
            .optional("try", .boolean, "Whether the vendor is asked first; true without it."),
        ]))
    let entry: ConnectorSetup.Entry
    let isTried: Bool

    init(json: JSONValue) throws(RequestError) {
        entry = ConnectorSetup.Entry(
            kind: try json.required("kind"), name: try json.required("name"),
            settings: Self.texts(json["settings"]), secrets: Self.texts(json["secrets"]))
        isTried = try json.optional("try") ?? true
    }

    /// An object's values by name; the schema lets in texts alone.
    static func texts(_ json: JSONValue?) -> [String: String] {
        guard case .object(let fields) = json else { return [:] }
        var texts: [String: String] = [:]
        for field in fields {
            if case .string(let text) = field.value { texts[field.name] = text }
        }
        return texts
    }
}

/// New credentials for an account.
struct RotationInput: RouteInput {
    static let parameters = ConnectorPath.parameters
    static let body = BodyContract.json(
        Schema.named(
            "ConnectorRotation",
            .object([
                .field("secrets", .map(of: .string(.password, length: 0...20_000)), "By name; never shown again."),
                .optional(
                    "settings", .map(of: .string(length: 0...100_000)),
                    "What changes with them, by name; an empty text removes a setting."),
                .optional("try", .boolean, "Whether the vendor is asked first; true without it."),
            ])))
    let id: ConnectorID
    let settings: [String: String]
    let secrets: [String: String]
    let isTried: Bool

    init(from request: RequestReader) throws {
        id = try request.path(ConnectorPath.id)
        settings = ConnectorInput.texts(request.json["settings"])
        secrets = ConnectorInput.texts(request.json["secrets"])
        isTried = try request.json.optional("try") ?? true
    }
}

/// When an account is to be read.
struct ScheduleInput: RouteInput {
    static let parameters = ConnectorPath.parameters
    static let body = BodyContract.json(
        Schema.named(
            "ConnectorSchedule",
            .object([
                .optional(
                    "interval_seconds", .integer(SyncSchedule.intervals), "Between readings of what changed."),
                .optional(
                    "full_interval_seconds", .integer(SyncSchedule.fullIntervals), "Between readings of everything."),
                .optional("paused", .boolean),
            ])))
    let id: ConnectorID
    private let interval: Int?
    private let fullInterval: Int?
    private let isPaused: Bool?

    init(from request: RequestReader) throws {
        id = try request.path(ConnectorPath.id)
        interval = try request.json.optional("interval_seconds")
        fullInterval = try request.json.optional("full_interval_seconds")
        isPaused = try request.json.optional("paused")
    }

    /// A schedule with what was entered.
    func changed(_ schedule: SyncSchedule) -> SyncSchedule {
        SyncSchedule(
            interval: interval ?? schedule.interval, fullInterval: fullInterval ?? schedule.fullInterval,
            isPaused: isPaused ?? schedule.isPaused)
    }
}

/// What is to be read of an account.
struct SyncInput: RouteInput {
    static let parameters = ConnectorPath.parameters
    static let body = BodyContract.json(
        Schema.named("ConnectorSync", .object([.optional("full", .boolean, "Everything, not only what changed.")])))
    let id: ConnectorID
    let full: Bool

    init(from request: RequestReader) throws {
        id = try request.path(ConnectorPath.id)
        full = try request.json.optional("full") ?? false
    }
}
