import API
import Domain
import Identity
import Store

/// What pages are made with.
public struct PageServices: Sendable {
    let store: Store
    let authenticator: StoreAuthenticator
    let tenantNames: TenantNames
    /// Whether cookies may travel over plain HTTP: only where the server listens on loopback alone.
    let allowsPlainCookies: Bool
    let sessionCookie: String

    public init(
        store: Store, authenticator: StoreAuthenticator, allowsPlainCookies: Bool, sessionCookie: String
    ) {
        self.store = store
        self.authenticator = authenticator
        tenantNames = TenantNames(store: store)
        self.allowsPlainCookies = allowsPlainCookies
        self.sessionCookie = sessionCookie
    }

    /// The frame of a page for whoever asks for it.
    func layout(_ title: String, _ section: Layout.Section?, _ scope: RequestScope) async throws -> Layout {
        let name = try await tenantNames.name(of: try scope.tenant)
        return Layout(
            title: title, section: section, principal: scope.signedIn, tenantName: name,
            csrfToken: csrfToken(scope), warning: try await Freshness.warning(store))
    }

    func csrfToken(_ scope: RequestScope) -> String? {
        scope.session.flatMap { SessionToken($0)?.csrfToken }
    }
}

/// Names of tenants, which do not change, read once.
actor TenantNames {
    private let store: Store
    private var names: [TenantID: String] = [:]

    init(store: Store) { self.store = store }

    func name(of tenant: TenantID) async throws -> String {
        if let name = names[tenant] { return name }
        let name = try await store.tenants.find(tenant.description)?.name ?? ""
        names[tenant] = name
        return name
    }
}
