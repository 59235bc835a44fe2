import Domain

/// Why nothing could be collected. Anything less is a `CollectionNote` in the inventory.
public enum CollectionError: UserFacingError, Hashable {
    /// The root given is no directory that can be entered.
    case root(path: String, reason: String)

    public var code: String { "collection.root" }

    public var message: String {
        switch self {
        case .root(let path, let reason):
            "The root directory \(path) cannot be examined: \(reason). Give the directory where the system is mounted."
        }
    }
}
