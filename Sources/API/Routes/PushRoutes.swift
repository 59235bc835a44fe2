import Domain
import FoundationEssentials
import Store

/// `/api/push`: programs report what other systems know.
enum PushRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [push(store).erased, open(store).erased, close(store).erased]
    }

    private static let tag = "Push"
    /// As much as a fleet's software takes; it is written as it comes.
    private static let limits = RouteLimits(bodySize: 4 << 30, timeout: .seconds(3600))

    private static func push(_ store: Store) -> Route<PushInput, PushReceipt> {
        Route(
            .post, "/api/push/{account}/{stream}", "Push records", tag: tag, access: .permission(.push),
            description: """
                NDJSON: a record on each line, in the form that docs/push.md gives; `{"removed": ID}` takes one away. \
                Records are written as they come and each is the last word on its id, so sending them again changes \
                nothing. A line that cannot be read is quarantined with its reason, and the others are taken. With \
                `snapshot` they are part of an open snapshot. The account is made where there is none.
                """, errors: ["snapshot.conflict"], limits: limits
        ) { input, scope in
            let tenant = try scope.tenant
            let account = try await store.connectors.pushAccount(input.account, tenant: tenant)
            let intake = PushIntake(
                store: store, account: account, stream: input.stream, snapshot: input.snapshot, tenant: tenant)
            return PushReceipt(outcome: try await intake.take(input.body))
        }
    }

    private static func open(_ store: Store) -> Route<PushPlace, Created<SnapshotOpened>> {
        Route(
            .post, "/api/push/{account}/{stream}/snapshots", "Begin a snapshot", tag: tag, access: .permission(.push),
            description: """
                What is pushed with its number is everything that the program knows; completing it removes the rest. \
                One that is open is given up.
                """
        ) { input, scope in
            let tenant = try scope.tenant
            let account = try await store.connectors.pushAccount(input.account, tenant: tenant)
            let number = try await store.connectors.openSnapshot(of: input.stream, account, tenant: tenant)
            return Created(
                SnapshotOpened(snapshot: number),
                location: "\(scope.path)/\(number)")
        }
    }

    private static func close(_ store: Store) -> Route<SnapshotInput, SnapshotReceipt> {
        Route(
            .post, "/api/push/{account}/{stream}/snapshots/{snapshot}/complete", "Complete a snapshot", tag: tag,
            access: .permission(.push),
            description: "With `records`, it is completed only when it holds as many: a lost part removes nothing.",
            errors: ["snapshot.conflict"], limits: .bulk
        ) { input, scope in
            let tenant = try scope.tenant
            let account = try await store.connectors.pushAccount(input.place.account, tenant: tenant)
            return SnapshotReceipt(
                outcome: try await store.connectors.closeSnapshot(
                    input.snapshot, expecting: input.records, of: input.place.stream, account, tenant: tenant))
        }
    }
}

extension ConnectorStore {
    /// The account that programs of this tenant push into by that name.
    func pushAccount(_ name: String, tenant: TenantID) async throws -> ConnectorID {
        try await implicitAccount(kind: .push, name: name, tenant: tenant)
    }
}

/// Which stream of which account.
struct PushPlace: RouteInput {
    static let account = PathParameter<String>("account", "What reports: a name of your choice, `cmdb`.")
    static let stream = PathParameter<ConnectorStream>("stream", "What is reported.")
    static let parameters: [any ParameterDescribing] = [account, stream]
    let account: String
    let stream: ConnectorStream

    init(from request: RequestReader) throws {
        account = try request.path(Self.account)
        guard (1...80).contains(account.count) else {
            throw RequestError.invalidParameter(name: "account", rule: "must have 1 to 80 characters")
        }
        stream = try request.path(Self.stream)
    }
}

/// Records as a stream of bytes.
struct PushInput: RouteInput {
    static let snapshot = QueryParameter<Int>("snapshot", "The open snapshot that they are part of.")
    static let parameters = PushPlace.parameters + [snapshot]
    static let body = BodyContract.stream(
        mediaTypes: ["application/x-ndjson", "application/json"], description: "A record on each line.")
    let account: String
    let stream: ConnectorStream
    let snapshot: Int?
    let body: LimitedBody

    init(from request: RequestReader) throws {
        let place = try PushPlace(from: request)
        account = place.account
        stream = place.stream
        snapshot = try request.query(Self.snapshot)
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }
}

/// Which snapshot.
struct SnapshotInput: RouteInput {
    static let number = PathParameter<Int>("snapshot", "Its number.")
    static let records = QueryParameter<Int>("records", "How many records the program knows.")
    static let parameters = PushPlace.parameters + [number, records]
    let place: PushPlace
    let snapshot: Int
    let records: Int?

    init(from request: RequestReader) throws {
        place = try PushPlace(from: request)
        snapshot = try request.path(Self.number)
        records = try request.query(Self.records)
    }
}

extension ConnectorStream: ParameterValue {}
