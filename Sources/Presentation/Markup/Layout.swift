import Domain
import FoundationEssentials

/// The frame around every page.
package struct Layout: Sendable {
    /// Which entry of the navigation a page belongs to.
    package enum Section: String, Sendable, CaseIterable {
        case overview, endpoints, incidents, findings, vulnerabilities, patches, deployments, connectors, intelligence
        case settings

        var label: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        var path: String { self == .overview ? "/" : "/\(rawValue)" }

        var icon: Icon {
            switch self {
            case .overview: .overview
            case .endpoints: .endpoint
            case .incidents: .incident
            case .findings: .finding
            case .vulnerabilities: .vulnerability
            case .patches: .patch
            case .deployments: .download
            case .connectors: .plug
            case .intelligence: .intelligence
            case .settings: .settings
            }
        }
    }

    package let title: String
    package let section: Section?
    /// Nil where nobody is signed in: the page then stands without navigation.
    package let principal: Principal?
    package var tenantName: String?
    /// Goes into every form that changes something.
    package var csrfToken: String?
    package var appearance: Appearance
    /// The page's own address, to come back to.
    package var address: String
    /// Shown above the content: stale intelligence, a degraded backend.
    package var warning: HTML?

    package init(
        title: String, section: Section? = nil, principal: Principal? = nil, tenantName: String? = nil,
        csrfToken: String? = nil, appearance: Appearance = .automatic, address: String = "/", warning: HTML? = nil
    ) {
        self.title = title
        self.section = section
        self.principal = principal
        self.tenantName = tenantName
        self.csrfToken = csrfToken
        self.appearance = appearance
        self.address = address
        self.warning = warning
    }

    package func render(_ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en"\(appearance.attribute)>
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Garrison</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/garrison.css">
        <script src="/assets/garrison.js" defer></script>
        </head>
        <body>
        \(principal.map { framed(content, for: $0) } ?? bare(content))
        </body>
        </html>
        """
    }

    private func bare(_ content: HTML) -> HTML {
        """
        <main id="content" class="bare" tabindex="-1"><a class="brand" href="/">\(Icon.brand)Garrison</a>
        \(content)
        </main>
        """
    }

    private func framed(_ content: HTML, for principal: Principal) -> HTML {
        """
        <a class="skip" href="#content">Skip to the content</a>
        <div class="frame">
        <header class="rail">
        <a class="brand" href="/">\(Icon.brand)Garrison</a>
        <form class="seek" method="get" action="/search" role="search"><input type="search" name="q" aria-label="Search hosts and vulnerabilities" placeholder="Search ( / )"></form>
        <nav aria-label="Main"><ul>\(links(principal))</ul></nav>
        <div class="foot"><div class="who"><b>\(principal.name)</b>\(principal.role.rawValue) of \(tenantName ?? "")</div>
        \(appearance.control(csrfToken: csrfToken, returnTo: address))
        <form method="post" action="/sign-out"><input type="hidden" name="csrf_token" value="\(csrfToken ?? "")"><button class="plain">Sign out</button></form></div>
        </header>
        <main id="content" tabindex="-1">
        \(warning.map { "<p class=\"notice warning\" role=\"status\">\($0)</p>" as HTML })
        \(content)
        </main>
        </div>
        """
    }

    private func links(_ principal: Principal) -> [HTML] {
        let sections = Section.allCases.filter { $0 != .settings || principal.role == .admin }
        return sections.map { entry -> HTML in
            let current: HTML = entry == section ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(entry.path)\"\(current)>\(entry.icon.html)\(entry.label)</a></li>"
        } + ["<li><a href=\"/docs\">\(Icon.api.html)API</a></li>"]
    }
}
