;; Does in Emacs what somebody does with a review, and writes down as JSON what Emacs shows of it.
(require 'eglot)
(require 'json)
(setq eglot-sync-connect 20
      last-nonmenu-event ?a) ; choices are made by `completing-read', not by a menu
(defvar seen nil)

(defun see (key value)
  (push (cons key value) seen))

(defun wait-until (done)
  (let ((end (+ (float-time) 20)))
    (while (and (not (funcall done)) (< (float-time) end))
      (accept-process-output nil 0.05))
    (funcall done)))

(defun this-line ()
  (buffer-substring-no-properties (line-beginning-position) (line-end-position)))

(defun findings ()
  (flymake-start)
  (accept-process-output nil 0.05)
  (flymake-diagnostics))

(find-file "pir/INC-003.yaml")
(run-hooks 'post-command-hook)
(wait-until #'eglot-managed-p)
(wait-until #'findings)
(see 'findings
     (vconcat (mapcar (lambda (one)
                        (vector (line-number-at-pos (flymake-diagnostic-beg one))
                                (flymake-diagnostic-type one)
                                (substring-no-properties (flymake-diagnostic-text one))))
                      (findings))))
(goto-char (point-min))
(forward-line 1)
(forward-char 2)
(let (said)
  (eglot-hover-eldoc-function (lambda (text &rest _) (setq said text)))
  (wait-until (lambda () said))
  (see 'hover (vconcat (split-string (substring-no-properties said) "\n" t))))
(end-of-line)
(backward-char 1)
(cl-letf (((symbol-function 'completing-read)
           (lambda (_ choices &rest _)
             (see 'choices (vconcat (all-completions "" choices)))
             (car (all-completions "" choices)))))
  (call-interactively #'eglot-code-actions))
(wait-until (lambda () (not (equal (this-line) "severity: p1"))))
(see 'mended (this-line))
(re-search-forward "^  owner:")
(delete-region (point) (line-end-position))
(insert " ")

(defun choose-first ()
  "Take the first candidate, as somebody does in the list of them."
  (pcase-let* ((`(,start ,end ,table . ,more) (eglot-completion-at-point))
               (choice (car (all-completions (buffer-substring start end) table))))
    (when choice
      (delete-region start end)
      (insert choice)
      (funcall (plist-get more :exit-function) choice 'finished)
      t)))

(wait-until #'choose-first)
(see 'completed (this-line))
(with-temp-file "../seen.json"
  (insert (json-encode (nreverse seen))))
(dolist (buffer (buffer-list))
  (with-current-buffer buffer
    (set-buffer-modified-p nil)))
(kill-emacs)
