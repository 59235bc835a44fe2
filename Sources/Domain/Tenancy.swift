import FoundationEssentials

/// A customer of the installation: the unit of isolation.
public struct Tenant: Sendable, Codable, Hashable {
    public let id: TenantID
    public let name: String
    public let createdAt: Date

    public init(id: TenantID, name: String, createdAt: Date) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
    }
}

/// A person who signs in to one tenant.
public struct User: Sendable, Codable, Hashable {
    public let id: UserID
    public let email: String
    public let role: Role
    public let createdAt: Date

    public init(id: UserID, email: String, role: Role, createdAt: Date) {
        self.id = id
        self.email = email
        self.role = role
        self.createdAt = createdAt
    }
}

/// What a user or a token may do. Each role includes those below it.
public enum Role: String, Codable, Sendable, CaseIterable, Comparable {
    /// Reads everything of its tenant.
    case viewer
    /// Also works findings: scans, imports, changes statuses.
    case analyst
    /// Also manages users, tokens and settings of its tenant.
    case admin

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }
}

/// What a token is good for, where that is less than its role.
public enum TokenScope: String, Codable, Sendable, CaseIterable {
    /// Reports what other systems know, and reads nothing.
    case push
}

/// Who is asking, for which tenant, with which role: the result of authentication.
public struct Principal: Sendable, Hashable {
    public enum Subject: Sendable, Hashable {
        case user(UserID)
        case token(TokenID)
        /// The program itself: the worker, a command on the server's own host.
        case system
    }

    public let tenant: TenantID
    public let role: Role
    public let subject: Subject
    /// What the audit trail and the page's header show: an e-mail address or a token's name.
    public let name: String
    /// Nil for all that the role may.
    public let scope: TokenScope?
    /// Whose token it is.
    private let owner: UserID?

    /// - Parameter owner: the person who made the token, where somebody knows.
    public init(
        tenant: TenantID, role: Role, subject: Subject, name: String, scope: TokenScope? = nil, owner: UserID? = nil
    ) {
        self.tenant = tenant
        self.role = role
        self.subject = subject
        self.name = name
        self.scope = scope
        self.owner = owner
    }

    /// The person who asks, also by a token; nil for the program itself, and where nobody knows.
    public var person: UserID? {
        switch subject {
        case .user(let id): id
        case .token: owner
        case .system: nil
        }
    }
}
