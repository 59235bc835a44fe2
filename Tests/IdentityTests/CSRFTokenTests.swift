import Domain
import Identity
import Testing

@Suite("CSRF tokens")
struct CSRFTokenTests {
    let session = SessionToken.make(for: TenantID.make())

    @Test("a session's forms carry its own token, the same on every page")
    func own() throws {
        #expect(session.isValid(csrfToken: session.csrfToken))
        #expect(try #require(SessionToken(session.text)).csrfToken == session.csrfToken)
    }

    @Test("another session's token is refused, also of the same tenant")
    func others() {
        #expect(!session.isValid(csrfToken: SessionToken.make(for: session.tenant).csrfToken))
    }

    @Test("it gives nothing of the session away")
    func derived() {
        #expect(!session.text.contains(session.csrfToken) && !session.csrfToken.contains(session.text.suffix(20)))
    }

    @Test("cut, changed and empty ones are refused")
    func tampered() {
        let token = session.csrfToken
        #expect(!session.isValid(csrfToken: "") && !session.isValid(csrfToken: String(token.dropLast())))
        #expect(!session.isValid(csrfToken: token + "A") && !session.isValid(csrfToken: "é" + token))
        let changed = (token.first == "A" ? "B" : "A") + token.dropFirst()
        #expect(!session.isValid(csrfToken: changed))
    }
}
