import Domain
import Identity
import Store

/// What route handlers work with; wired once by the program.
public struct APIDependencies: Sendable {
    public let store: Store
    /// The program's, for documents that name what made them.
    public let version: String

    public init(store: Store, version: String = "0.0.0") {
        self.store = store
        self.version = version
    }
}
