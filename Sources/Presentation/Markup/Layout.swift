import Domain
import FoundationEssentials

/// The frame around every page.
public struct Layout: Sendable {
    /// Which entry of the navigation a page belongs to.
    public enum Section: String, Sendable, CaseIterable {
        case overview, endpoints, vulnerabilities, intelligence, settings

        var label: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
        var path: String { self == .overview ? "/" : "/\(rawValue)" }
    }

    public var title: String
    public var section: Section?
    public var principal: Principal?
    public var tenantName: String?
    /// Goes into every form that changes something.
    public var csrfToken: String?
    /// Shown above the content: stale intelligence, a degraded backend.
    public var warning: HTML?

    public init(
        title: String, section: Section?, principal: Principal?, tenantName: String?, csrfToken: String?,
        warning: HTML? = nil
    ) {
        self.title = title
        self.section = section
        self.principal = principal
        self.tenantName = tenantName
        self.csrfToken = csrfToken
        self.warning = warning
    }

    public func render(_ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Garrison</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/garrison.css">
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        \(header)
        <main id="content" tabindex="-1">
        \(warning.map { "<p class=\"warning\" role=\"status\">\($0)</p>" as HTML })
        \(content)
        </main>
        </body>
        </html>
        """
    }

    private var header: HTML {
        guard let principal else { return .empty }
        let links = Section.allCases.filter { $0 != .settings || principal.role == .admin }.map { entry -> HTML in
            let current: HTML = entry == section ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(entry.path)\"\(current)>\(entry.label)</a></li>"
        }
        return """
            <header class="top">
            <a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 1 3 5v6c0 5.5 3.8 10.7 9 12 5.2-1.3 9-6.5 9-12V5z"/></svg>Garrison</a>
            <nav aria-label="Main"><ul>\(links)</ul></nav>
            <div class="who"><span title="Tenant">\(tenantName ?? "")</span><span>\(principal.name)</span>
            <form method="post" action="/sign-out"><input type="hidden" name="csrf_token" value="\(csrfToken ?? "")"><button class="link">Sign out</button></form></div>
            </header>
            """
    }
}
