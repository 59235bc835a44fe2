import Domain
import Identity
import Testing

@Suite("Tokens and sessions")
struct BearerTokenTests {
    private let tenant = TenantID.make()

    @Test("name their tenant, hold 256 random bits, and read back as themselves")
    func roundTrip() throws {
        let token = AccessToken.make(for: tenant)
        #expect(token.text.hasPrefix("gar_") && token.text.count == 4 + 22 + 43)
        let read = try #require(AccessToken(token.text))
        #expect(read == token && read.tenant == tenant && read.digest == token.digest)
        #expect(AccessToken.make(for: tenant).text != token.text)
        #expect(token.digest.count == 32 && token.matches(digest: token.digest))
        #expect(!token.matches(digest: AccessToken.make(for: tenant).digest) && !token.matches(digest: []))
    }

    @Test("of one kind are not taken for the other")
    func kinds() {
        #expect(SessionToken(AccessToken.make(for: tenant).text) == nil)
        #expect(AccessToken(SessionToken.make(for: tenant).text) == nil)
    }

    @Test("have one spelling: every other text is refused")
    func spellings() {
        let text = AccessToken.make(for: tenant).text
        let last = text.last.map(String.init) ?? ""
        for wrong in [
            "", "gar_", text + "A", String(text.dropLast()), text + "=", " " + text, text.uppercased(),
            text.replacing("gar_", with: "GAR_"), String(text.dropLast()) + "*", String(text.dropLast()) + "é",
        ] where wrong != text { #expect(AccessToken(wrong) == nil, "\(wrong)") }
        // The last character holds two bits that belong to no byte; set, they would be a second spelling.
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".map(String.init)
        let accepted = alphabet.filter { AccessToken(String(text.dropLast()) + $0) != nil }
        #expect(accepted.count == 16 && accepted.contains(last))
    }

    @Test("of another tenant have another digest, so naming a tenant opens nothing")
    func binding() throws {
        let (own, other) = (AccessToken.make(for: tenant), AccessToken.make(for: .make()))
        let forged = try #require(AccessToken(String(other.text.prefix(26)) + String(own.text.dropFirst(26))))
        #expect(forged.tenant == other.tenant && forged.digest != own.digest && forged.digest != other.digest)
    }

    @Test("show nothing of their secret when printed or looked into")
    func printing() {
        let token = SessionToken.make(for: tenant)
        let secret = token.text.dropFirst(26)
        #expect("\(token)" == "gas_…" && String(reflecting: token) == "gas_…")
        var seen = ""
        dump(token, to: &seen)
        #expect(!seen.contains(secret))
    }

    @Test("give forms a CSRF token that is theirs alone and does not tell the session")
    func csrf() {
        let (session, other) = (SessionToken.make(for: tenant), SessionToken.make(for: tenant))
        #expect(session.isValid(csrfToken: session.csrfToken))
        for wrong in ["", "x", other.csrfToken, session.csrfToken + "A", String(session.csrfToken.dropLast())] {
            #expect(!session.isValid(csrfToken: wrong), "\(wrong)")
        }
        #expect(!session.text.contains(session.csrfToken))
        #expect(SessionToken(session.text)?.csrfToken == session.csrfToken)
    }
}
