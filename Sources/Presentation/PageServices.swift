import API
import Domain
import FoundationEssentials
import HTTPTypes
import Identity
import Store

/// What pages are made with.
public struct PageServices: Sendable {
    let store: Store
    /// The program's, for documents that name what made them.
    let version: String
    let webhooks: WebhookSetup
    let connectors: ConnectorSetup
    let patchKeys: PatchKeys
    let shelf: PatchShelf
    let tenantNames: TenantNames
    /// Whether cookies may travel over plain HTTP: only where the server listens on loopback alone.
    let allowsPlainCookies: Bool
    let sessionCookie: String
    let signInGuard: SignInGuard

    /// - Parameter rateLimiter: the server's; nil lets everybody try passwords without end.
    public init(
        store: Store, version: String = "0.0.0", webhooks: WebhookSetup, connectors: ConnectorSetup,
        patchKeys: PatchKeys, shelf: PatchShelf, allowsPlainCookies: Bool, sessionCookie: String,
        rateLimiter: RateLimiter?
    ) {
        self.store = store
        self.version = version
        self.webhooks = webhooks
        self.connectors = connectors
        self.patchKeys = patchKeys
        self.shelf = shelf
        tenantNames = TenantNames(store: store)
        self.allowsPlainCookies = allowsPlainCookies
        self.sessionCookie = sessionCookie
        signInGuard = SignInGuard(rateLimiter)
    }

    /// A whole page for whoever asks for it.
    func page(
        _ title: String, _ section: Layout.Section?, _ scope: RequestScope, _ content: HTML
    ) async throws -> HTMLContent {
        let layout = Layout(
            title: title, section: section, principal: scope.signedIn,
            tenantName: try await tenantNames.name(of: try scope.tenant), csrfToken: csrfToken(scope),
            appearance: scope.appearance, address: scope.address, warning: try await warning(scope))
        return HTMLContent(layout.render(content).text)
    }

    /// Proves that a form is this site's own; empty for programs that read pages with a token.
    func csrfToken(_ scope: RequestScope) -> String {
        scope.session.flatMap { SessionToken($0)?.csrfToken } ?? ""
    }

    /// A part of a page, kept until something of the tenant changes, for a minute at most: ages are
    /// told in minutes. It is shared by everybody of the tenant, so nothing personal may be in it.
    func fragment(
        _ name: String, _ scope: RequestScope, _ render: () async throws -> HTML
    ) async throws -> HTML {
        let tenant = try scope.tenant
        let minute = Int(Date().timeIntervalSince1970 / 60)
        let key = "page \(minute) \(name)"
        if let kept = store.cache.answer(key, tenant: tenant, as: HTML.self) { return kept }
        let generation = store.cache.generation(of: tenant)
        let html = try await render()
        store.cache.keep(html, bytes: html.text.utf8.count, key: key, tenant: tenant, generation: generation)
        return html
    }

    private func warning(_ scope: RequestScope) async throws -> HTML? {
        let html = try await fragment("freshness", scope) {
            Freshness.warning(try await store.intelligence.status()) ?? .empty
        }
        return html.text.isEmpty ? nil : html
    }

    /// Problems as pages, for people.
    public static func problemPage(_ problem: Problem, _ scope: RequestScope) -> HTMLContent {
        let content = ErrorPage.render(
            status: problem.status.code, detail: problem.detail, requestID: scope.requestID)
        let layout = Layout(title: ErrorPage.title(problem.status.code), appearance: scope.appearance)
        return HTMLContent(layout.render(content).text, status: problem.status)
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

extension RequestScope {
    /// Light or dark, as the visitor chose.
    var appearance: Appearance { Appearance(cookies: head.headerFields[.cookie]) }

    /// The page's own path and query.
    var address: String { LocalPath.safe(head.path) }
}
