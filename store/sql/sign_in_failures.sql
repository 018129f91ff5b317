-- name: look
select setright.sign_in_tokens(%(sha256)s, %(per_second)s, %(burst)s, %(at)s)

-- name: take
select setright.sign_in_failed(%(sha256)s, %(per_second)s, %(burst)s, %(at)s)
