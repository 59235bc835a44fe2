import API
import Domain
import Store

/// The page that answers what updates would do.
enum WhatIfPageRoutes {
    static func all(_ services: PageServices) -> [AnyRoute] {
        [
            Route<PageInput, HTMLContent>(
                .get, "/what-if", "What if", tag: "Pages", access: .permission(.read)
            ) { input, scope in
                let tenant = try scope.tenant
                let content = try await services.fragment(scope.address, scope) {
                    try await answer(question(input), services.store, tenant)
                }
                return try await services.page("What if", .findings, scope, content)
            }.page(signIn: signInPath).erased
        ]
    }

    private static func question(_ input: PageInput) -> WhatIfPage.Question {
        let count = input["count"].flatMap { Int($0) } ?? 5
        return WhatIfPage.Question(
            fixes: input["fixes"] ?? "", count: min(max(count, 1), 100),
            reboots: input["reboots"].flatMap { Int($0) }.map { max($0, 0) })
    }

    private static func answer(
        _ question: WhatIfPage.Question, _ store: Store, _ tenant: TenantID
    ) async throws -> HTML {
        let fixes = fixes(question.fixes)
        let outcome = fixes.isEmpty ? nil : try await store.simulation.simulate(fixes, tenant: tenant)
        let plan = try await store.simulation.plan(count: question.count, reboots: question.reboots, tenant: tenant)
        return WhatIfPage.render(question, outcome: outcome, plan: plan)
    }

    /// `CVE-2024-3094, openssl, curl 7.88.1-10`: what looks like a CVE is one, everything else a package
    /// with or without a version.
    private static func fixes(_ text: String) -> [SimulationStore.Fix] {
        text.split(whereSeparator: { $0 == "," || $0 == "\n" }).prefix(100).compactMap { part in
            let words = part.split(separator: " ").map(String.init)
            guard let name = words.first else { return nil }
            if name.uppercased().hasPrefix("CVE-") { return .vulnerability(name.uppercased()) }
            return .package(name, version: words.count > 1 ? words[1] : nil)
        }
    }
}
