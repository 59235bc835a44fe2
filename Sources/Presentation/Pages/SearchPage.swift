import Domain
import Store

/// What a few words find, whatever it is.
package enum SearchPage {
    package static func render(
        _ words: String, endpoints: ListPage<EndpointStore.Summary>,
        vulnerabilities: ListPage<VulnerabilityStore.Summary>
    ) -> HTML {
        """
        <div class="heading"><div><h1>Search: \(words)</h1></div></div>
        <section class="card"><div class="cardhead"><h2>Endpoints (\(Text.grouped(endpoints.total)))</h2>\
        <a href="\(Address.make("/endpoints", ["search": words]))">In the list</a></div>
        \(endpoints.items.isEmpty ? none("host name or address") : EndpointsPage.shortTable(endpoints.items))</section>
        <section class="card"><div class="cardhead"><h2>Vulnerabilities (\(Text.grouped(vulnerabilities.total)))</h2>\
        <a href="\(Address.make("/vulnerabilities", ["search": words]))">In the list</a></div>
        \(vulnerabilities.items.isEmpty ? none("id or title") : VulnerabilitiesPage.table(vulnerabilities.items, caption: "Vulnerabilities"))</section>
        """
    }

    private static func none(_ parts: String) -> HTML { "<p class=\"muted\">None has it in its \(parts).</p>" }
}
