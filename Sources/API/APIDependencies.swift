import Domain
import Identity
import Store

/// What route handlers work with; wired once by the program.
public struct APIDependencies: Sendable {
    public let store: Store

    public init(store: Store) { self.store = store }
}
