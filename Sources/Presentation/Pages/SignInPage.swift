/// Sign-in.
enum SignInPage {
    static func render(email: String, returnTo: String, error: String?) -> HTML {
        """
        <section class="card signin">
        <h1>Sign in to Garrison</h1>
        \(error.map { "<p class=\"error\" role=\"alert\">\($0)</p>" as HTML })
        <form method="post" action="/sign-in">
        <input type="hidden" name="return_to" value="\(returnTo)">
        <label>E-mail address<input type="email" name="email" value="\(email)" autocomplete="username" required autofocus></label>
        <label>Password<input type="password" name="password" autocomplete="current-password" required></label>
        <button>Sign in</button>
        </form>
        <p class="small muted">No account? An administrator makes one with <code>garrison user create</code>.</p>
        </section>
        """
    }
}
