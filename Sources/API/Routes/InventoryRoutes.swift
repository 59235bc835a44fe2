import Domain
import FoundationEssentials
import Inventories
import Store

/// `/api/inventories`: what machines report.
enum InventoryRoutes {
    static func all(_ store: Store) -> [AnyRoute] { [upload(store).erased] }

    private static func upload(_ store: Store) -> Route<InventoryUpload, Accepted<InventoryReceived>> {
        Route(
            .post, "/api/inventories", "Report inventories", tag: "Inventories", access: .permission(.importInventory),
            description: """
                One document as `garrison collect` prints it, or NDJSON. All of them are taken or none; the \
                endpoints are scanned by the task that the answer names.
                """, errors: ["inventory.invalid"], limits: .bulk
        ) { input, scope in
            let inventories = try InventoryReader.all(try await input.body.collect())
            guard !inventories.isEmpty else { throw RequestError.missingField(name: "hostname") }
            let tenant = try scope.tenant
            var endpoints: [EndpointID] = []
            for start in stride(from: 0, to: inventories.count, by: 500) {
                let batch = Array(inventories[start..<min(start + 500, inventories.count)])
                endpoints += try await store.inventories.ingest(batch, tenant: tenant).endpoints
            }
            let task = try await store.startScan(of: endpoints, by: try scope.principal)
            return Accepted(InventoryReceived(task: task, endpoints: endpoints.count))
        }
    }
}

/// Inventories as a stream of bytes.
struct InventoryUpload: RouteInput {
    static let body = BodyContract.stream(
        mediaTypes: ["application/json", "application/x-ndjson"], description: "One inventory, or one on each line.")
    let body: LimitedBody

    init(from request: RequestReader) throws {
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }
}

/// The answer to an upload.
struct InventoryReceived: JSONContent {
    let task: TaskID
    let endpoints: Int

    static let schema = Schema.named(
        "InventoryReceived", .object([.field("task_id", .uuid), .field("endpoints", .integer)]))

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("task_id", task)
            writer.field("endpoints", endpoints)
        }
    }
}
