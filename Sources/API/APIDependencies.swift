import Domain
import Identity
import Notifications
import Objects
import Scanner
import Store

/// What route handlers work with; wired once by the program.
public struct APIDependencies: Sendable {
    public let store: Store
    /// The program's, for documents that name what made them.
    public let version: String
    /// The scan index of the intelligence that is loaded now.
    public let index: @Sendable () async throws -> ScanIndex
    public let webhooks: WebhookSetup
    public let connectors: ConnectorSetup
    /// What secrets are sealed with; opened when it is first needed.
    public let secrets: @Sendable () throws -> SecretBox
    /// Where files and logs of patches are.
    public let shelf: PatchShelf

    /// - Parameters:
    ///   - objects: where files and logs of patches are.
    ///   - largestPatchFile: in bytes.
    ///   - webhooks: nil where no secret can be kept, so none can be set up.
    ///   - connectors: the same.
    ///   - secrets: nil where none can be kept, so agents are handed no orders.
    ///   - index: nil to build the index for each question, which takes seconds: for tests.
    public init(
        store: Store, objects: any ObjectStore, largestPatchFile: Int64 = PatchShelf.standardLimit,
        version: String = "0.0.0", webhooks: WebhookSetup? = nil,
        connectors: ConnectorSetup? = nil, secrets: (@Sendable () throws -> SecretBox)? = nil,
        index: (@Sendable () async throws -> ScanIndex)? = nil
    ) {
        self.store = store
        shelf = PatchShelf(store: store, objects: objects, largest: largestPatchFile)
        self.version = version
        let noKey: @Sendable () throws -> SecretBox = {
            throw IdentityError.keyFileUnusable(path: "secret.key", reason: "none is configured")
        }
        self.webhooks = webhooks ?? WebhookSetup(store: store, rule: TargetRule(), box: noKey)
        self.connectors = connectors ?? ConnectorSetup(store: store, rule: TargetRule(), box: noKey)
        self.secrets = secrets ?? noKey
        self.index = index ?? { try await store.intelligence.buildIndex() }
    }
}
