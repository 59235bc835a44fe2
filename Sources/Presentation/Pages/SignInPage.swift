/// Sign-in.
package enum SignInPage {
    package static func render(email: String, returnTo: String, error: String?) -> HTML {
        let problem: HTML = error.map { "<p class=\"notice error\" id=\"problem\" role=\"alert\">\($0)</p>" } ?? .empty
        let described: HTML = error == nil ? .empty : " aria-describedby=\"problem\" aria-invalid=\"true\""
        return """
            <section class="card signin">
            <h1>Sign in</h1>
            \(problem)
            <form method="post" action="/sign-in">
            <input type="hidden" name="return_to" value="\(returnTo)">
            <label>E-mail address<input type="email" name="email" value="\(email)" autocomplete="username" required\(described)\(email.isEmpty ? " autofocus" as HTML : .empty)></label>
            <label>Password<input type="password" name="password" autocomplete="current-password" required\(described)\(email.isEmpty ? .empty : " autofocus" as HTML)></label>
            <button>Sign in</button>
            </form>
            </section>
            <p class="small muted">No account, or the password is lost? Whoever runs the server makes one with <code>garrison user create</code>.</p>
            """
    }
}
