import Domain
import Presentation
import Testing

/// Light or dark by choice, and the frame around pages.
@Suite("Frame")
struct AppearanceTests {
    @Test(
        "the choice comes from its cookie; anything else is the system's setting",
        arguments: [
            (nil, Appearance.automatic), ("garrison_theme=dark", .dark), ("a=b; garrison_theme=light", .light),
            ("garrison_theme=\"><script>", .automatic), ("xgarrison_theme=dark", .automatic), ("", .automatic),
        ] as [(String?, Appearance)])
    func cookie(_ header: String?, _ expected: Appearance) { #expect(Appearance(cookies: header) == expected) }

    private static func frame(_ role: Role, _ section: Layout.Section? = .overview) -> String {
        Layout(
            title: "T", section: section,
            principal: Principal(tenant: .make(), role: role, subject: .system, name: "a@example.org"),
            tenantName: "acme", csrfToken: "token", appearance: .dark
        ).render("<h1>X</h1>").text
    }

    @Test("a page has a language, a skip link first, landmarks, and marks where one is")
    func landmarks() throws {
        let html = Self.frame(.viewer, .endpoints)
        #expect(html.contains("<html lang=\"en\" data-theme=\"dark\">"))
        #expect(html.contains("<main id=\"content\""))
        #expect(html.contains("<nav aria-label=\"Main\">"))
        #expect(html.contains("<a href=\"/endpoints\" aria-current=\"page\">"))
        let skip = try #require(html.range(of: "class=\"skip\""))
        let firstLink = try #require(html.range(of: "<a "))
        #expect(firstLink.upperBound == skip.lowerBound)
    }

    @Test(
        "settings are offered to administrators only",
        arguments: [(Role.viewer, false), (.analyst, false), (.admin, true)])
    func settings(_ role: Role, _ isOffered: Bool) {
        #expect(Self.frame(role).contains("href=\"/settings\"") == isOffered)
    }

    @Test("a page for nobody has no navigation and no forms")
    func bare() {
        let html = Layout(title: "T").render("<h1>X</h1>").text
        #expect(!html.contains("<nav"))
        #expect(!html.contains("<form"))
    }
}
