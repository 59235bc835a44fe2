/// One thing that credentials must be allowed to, and whether they are.
public struct AccessCheck: Sendable, Codable, Hashable {
    /// The permission as the vendor's console calls it: `Hosts: Read`.
    public var permission: String
    /// What stays empty or impossible without it.
    public var purpose: String
    /// Why it does not work, as a sentence; nil when it does.
    public var problem: String?

    public init(permission: String, purpose: String, problem: String? = nil) {
        self.permission = permission
        self.purpose = purpose
        self.problem = problem
    }

    public var isGranted: Bool { problem == nil }
}
