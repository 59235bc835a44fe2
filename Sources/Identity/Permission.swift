import Domain

/// What a route or a command asks for. Routes name one; `Role.grants` decides.
public enum Permission: String, Sendable, Codable, CaseIterable {
    /// Everything of the own tenant, secrets excepted.
    case read
    /// Start scans of stored endpoints.
    case scan
    /// Send inventories and SBOMs.
    case importInventory = "import_inventory"
    /// Report devices and what is known of them, as programs do.
    case push
    /// Change a finding's status: in progress, exception.
    case changeFindings = "change_findings"
    /// Have something done to machines: isolate them, scan them; work incidents.
    case respond
    /// Have patches installed on machines, agree with that, and stop it.
    case deploy
    case manageUsers = "manage_users"
    case manageTokens = "manage_tokens"
    /// The own tenant's settings.
    case manageTenant = "manage_tenant"
    /// Load and update advisories, which all tenants share.
    case manageIntelligence = "manage_intelligence"

    /// The least role that has it.
    public var leastRole: Role {
        switch self {
        case .read: .viewer
        case .scan, .importInventory, .push, .changeFindings, .respond, .deploy: .analyst
        case .manageUsers, .manageTokens, .manageTenant, .manageIntelligence: .admin
        }
    }
}

extension Role {
    /// Each role includes those below it.
    public func grants(_ permission: Permission) -> Bool { self >= permission.leastRole }
}

extension TokenScope {
    /// What a token of this scope is good for.
    public func grants(_ permission: Permission) -> Bool {
        switch self {
        case .push: permission == .push
        }
    }
}

extension Principal {
    /// What the role may and the scope, where there is one, lets through.
    public func may(_ permission: Permission) -> Bool {
        role.grants(permission) && scope.map { $0.grants(permission) } ?? true
    }
}
